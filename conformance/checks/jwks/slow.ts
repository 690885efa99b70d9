import type { FaultAction } from '../../../mock-idp/index.ts';
import { allOf, fail, observedAnswer, pass } from '../../finding.ts';
import { TargetError } from '../../http/index.ts';
import type { Check, Finding, Lab, RequestSpec } from '../../model.ts';
import { isSuccess } from '../probes.ts';
import { breakKeySet } from './faults.ts';
import { judgeUnverifiable, startFetch } from './fetches.ts';
import { keyStory, reach } from './story.ts';
import { tokenOf } from './tokens.ts';

/** Seconds a fetch may take to its last byte by the contract, and one for the answer. */
const DEADLINE = 5 + 1;
const MEANWHILE = 5;

/** Fetches that do not end by themselves. */
export const slowChecks: readonly Check[] = [
  slowFetch('out-hang', { kind: 'hang' }),
  slowFetch('out-slow-drip', { kind: 'drip', intervalMs: 200 }),
];

/** Judges that whoever needs the fetch is answered in time, and that nobody else waits for it. */
function slowFetch(id: string, fault: FaultAction): Check {
  return keyStory(id, { cooldown: 1, env: { JWKS_TIMEOUT: '2' } }, async (lab) => {
    const good = lab.request(lab.operations.primary, await tokenOf(lab, 'token of a known key'));
    const open = openRequest(lab);
    await breakKeySet(lab, fault);
    const { answer } = await startFetch(lab);
    const started = Date.now();
    const others: Finding[] = [];
    const requests = [...(open ? [open] : []), ...Array<RequestSpec>(MEANWHILE).fill(good)];
    for (const request of requests) {
      const label = request === open ? open.path : 'token of a known key';
      const finding = await judgeAtOnce(lab, request, label);
      if (finding.outcome !== 'pass') return finding;
      others.push(finding);
    }
    const late = reach(started + DEADLINE * 1000);
    const exchange = await Promise.race([answer, late]).catch(silent);
    return allOf([...others, exchange ? judgeUnverifiable(exchange) : fail(IN_TIME, `no answer by then`)]);
  });
}

const IN_TIME = `token of an unknown key answered within ${DEADLINE} s`;

/** Judges that a request is served while a fetch is under way, as if there were none. */
async function judgeAtOnce(lab: Lab, request: RequestSpec, label: string): Promise<Finding> {
  // Less than the fetch takes until its deadline, or waiting for it would pass for being served at once.
  const atOnce = Math.min(lab.settings.maxResponseMs, 1000);
  const expected = `${label} served within ${atOnce} ms while a fetch of the key set is under way`;
  try {
    const exchange = await lab.target.send(request);
    if (!isSuccess(exchange)) return fail(expected, observedAnswer(exchange), exchange);
    const inTime = exchange.durationMs <= atOnce;
    return inTime
      ? pass(expected, 'so it was', exchange)
      : fail(expected, 'served later than that', exchange);
  } catch (error) {
    if (error instanceof TargetError) return fail(expected, error.message);
    throw error;
  }
}

function silent(error: unknown): undefined {
  if (!(error instanceof TargetError)) throw error;
}

/** An open operation of the contract: what waits for nobody's key. */
function openRequest(lab: Lab): RequestSpec | undefined {
  const open = lab.contract.operations.find(
    ({ method, path, security }) =>
      method === 'GET' && security.length === 0 && /health|alive|ping/i.test(path),
  );
  if (open === undefined) return undefined;
  const base = new URL(lab.target.url).pathname.replace(/\/$/, '');
  return { method: 'GET', path: base + open.path, headers: [], secrets: [] };
}
