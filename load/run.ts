import { MockIdpError } from '../mock-idp/index.ts';
import { LoadError } from './errors.ts';
import type { LoadReport, ScenarioResult } from './model.ts';
import type { LoadOptions } from './options.ts';
import { pathsOf } from './paths.ts';
import { runScenario } from './run-scenario.ts';
import { planOf } from './scenarios.ts';
import { overall } from './verdict.ts';

/**
 * Puts one scenario after the other on the backend and says what it kept.
 * @throws LoadError where there is nothing to judge: `usage` for what the caller can mend, `harness` for a backend that
 *   does not accept a good token
 */
export async function runLoad(options: LoadOptions): Promise<LoadReport> {
  const { backend, scenarios, signal = new AbortController().signal } = options;
  const sub = options.sub ?? 'user-123';
  const paths = pathsOf(options.contract, { ...options.claims, sub }, options.paths);
  const started = 'launcher' in backend;
  // All are planned before the first is run, so that a wrong option shows at once.
  const plans = scenarios.map((name) => planOf(name, started, options));
  if (plans.length === 0) throw new LoadError('usage', 'name at least one scenario');
  const results: ScenarioResult[] = [];
  for (const plan of plans) {
    signal.throwIfAborted();
    options.onScenario?.(plan.name);
    const result = await runScenario(plan, { ...options, sub, paths, signal }).catch(asNoVerdict);
    results.push(result);
    options.onResult?.(result);
  }
  return {
    gateproof: options.version,
    k6: options.k6.version,
    target: 'url' in backend ? backend.url : 'started by gateproof',
    verdict: overall(results.map(({ verdict }) => verdict)),
    scenarios: results,
  };
}

/** An issuer that does not do what it is asked says nothing of the backend. */
function asNoVerdict(error: unknown): never {
  if (!(error instanceof MockIdpError)) throw error;
  throw new LoadError('harness', error.message, { cause: error });
}
