import type { Contract } from '../spec/index.ts';
import type { MockIdpControl } from '../mock-idp/index.ts';
import type { LoadBackend } from './backend.ts';
import { LoadError } from './errors.ts';
import type { K6 } from './find-k6.ts';
import type { LoadReport, ScenarioResult } from './model.ts';
import { pathsOf, type Paths } from './paths.ts';
import { runScenario } from './run-scenario.ts';
import { planOf, type PlanOptions, type ScenarioName } from './scenarios.ts';
import type { Limits } from './thresholds.ts';
import { overall } from './verdict.ts';

export interface LoadOptions extends PlanOptions {
  /** Of gateproof, for the report. */
  readonly version: string;
  readonly contract: Contract;
  readonly idp: MockIdpControl;
  readonly backend: LoadBackend;
  readonly k6: K6;
  readonly scenarios: readonly ScenarioName[];
  /** Default: of the contract. */
  readonly paths?: Partial<Paths>;
  /** Of the user whose tokens are sent; default `user-123`. */
  readonly sub?: string;
  /** Distinct good tokens of a scenario; default: as many as it sends, up to 20 000. */
  readonly tokens?: number;
  /** k6 processes among which the load is split; default 1. */
  readonly instances?: number;
  /** What is put before the command of each, such as `ip netns exec one`. */
  readonly prefixes?: readonly (readonly string[])[];
  readonly limits?: Limits;
  /** Seconds of leeway of the backend; default 5. */
  readonly leeway?: number;
  /** Default 30 000. */
  readonly startTimeoutMs?: number;
  readonly signal?: AbortSignal;
  /** k6's own words. */
  readonly onText?: (line: string) => void;
  readonly onScenario?: (name: ScenarioName) => void;
  readonly onResult?: (result: ScenarioResult) => void;
}

/**
 * Puts one scenario after the other on the backend and says what it kept.
 * @throws LoadError where there is nothing to judge: `usage` for what the caller can mend, `harness` for a backend that
 *   does not accept a good token
 */
export async function runLoad(options: LoadOptions): Promise<LoadReport> {
  const { backend, scenarios, signal = new AbortController().signal } = options;
  const sub = options.sub ?? 'user-123';
  const paths = pathsOf(options.contract, sub, options.paths);
  const started = 'launcher' in backend;
  // All are planned before the first is run, so that a wrong option shows at once.
  const plans = scenarios.map((name) => planOf(name, started, options));
  if (plans.length === 0) throw new LoadError('usage', 'name at least one scenario');
  const results: ScenarioResult[] = [];
  for (const plan of plans) {
    signal.throwIfAborted();
    options.onScenario?.(plan.name);
    const result = await runScenario(plan, { ...options, sub, paths, signal });
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
