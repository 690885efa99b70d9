import type { FaultAction } from '../../../mock-idp/index.ts';
import { allOf, fail, observedAnswer, pass } from '../../finding.ts';
import { TargetError } from '../../http/index.ts';
import type { Check, Finding, Lab, RequestSpec } from '../../model.ts';
import { isSuccess } from '../probes.ts';
import { breakKeySet } from './faults.ts';
import { judgeUnverifiable, type Provoked, startFetch } from './fetches.ts';
import { keyStory, reach } from './story.ts';
import { tokenOf } from './tokens.ts';

/** Seconds a fetch may take to its last byte by the contract, and one for the answer. */
const DEADLINE = 5 + 1;
const MEANWHILE = 5;

/** Fetches that do not end by themselves. */
export const slowChecks: readonly Check[] = [
  slowFetch('out-hang', { kind: 'hang' }, judgeNeedy),
  slowFetch('out-hang-others', { kind: 'hang' }, judgeOthers),
  slowFetch('out-slow-drip', { kind: 'drip', intervalMs: 200 }, async (lab, provoked) =>
    allOf([await judgeOthers(lab), await judgeNeedy(lab, provoked)]),
  ),
];

/** Judges while a fetch of the key set is under way. */
function slowFetch(
  id: string,
  fault: FaultAction,
  judge: (lab: Lab, provoked: Provoked) => Promise<Finding>,
): Check {
  return keyStory(id, { cooldown: 1, env: { JWKS_TIMEOUT: '2' } }, async (lab) => {
    await breakKeySet(lab, fault);
    const provoked = await startFetch(lab);
    // Its answer may come after the story, or never.
    provoked.answer.catch(() => undefined);
    return judge(lab, provoked);
  });
}

/** Judges that nobody waits for a fetch who does not need it. */
async function judgeOthers(lab: Lab): Promise<Finding> {
  const good = lab.request(lab.operations.primary, await tokenOf(lab, 'token of a known key'));
  const open = openRequest(lab);
  const findings: Finding[] = [];
  for (const request of [...(open ? [open] : []), ...Array<RequestSpec>(MEANWHILE).fill(good)]) {
    const label = request === open ? open.path : 'token of a known key';
    const finding = await judgeAtOnce(lab, request, label);
    if (finding.outcome !== 'pass') return finding;
    findings.push(finding);
  }
  return allOf(findings);
}

/** Judges that whoever needs the fetch is answered in time. */
async function judgeNeedy(_: Lab, { answer }: Provoked): Promise<Finding> {
  const exchange = await Promise.race([answer, reach(Date.now() + DEADLINE * 1000)]).catch(silent);
  return exchange ? judgeUnverifiable(exchange) : fail(IN_TIME, 'no answer by then');
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
