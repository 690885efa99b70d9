import { fail, firstFailure, expectRefused, NotTestable, observedAnswer, pass } from '../../finding.ts';
import type { Check, Exchange, Finding, Lab } from '../../model.ts';
import { isSuccess, labelled } from '../probes.ts';
import { BROKEN, breakKeySet } from './faults.ts';
import { judgeBound, watchFetches } from './fetches.ts';
import { AGING, keyStory, reach, retry } from './story.ts';
import { ask, type Labelled, tokenOf } from './tokens.ts';

/** Seconds for a failing fetch to show, and for a refusal to follow the end of a time, on a busy machine. */
const GRACE = 2;
const OFTEN = 60;
const OUTLIVED = { ...AGING, env: { JWKS_MAX_STALE: '60' } };

/** An outage that outlasts the time to live of the key set. */
export const staleChecks: readonly Check[] = [
  keyStory('out-after-ttl', OUTLIVED, async (lab) => {
    const { good, answers } = await outliveTtl(lab);
    return firstFailure([...answers, await ask(lab, good)].map(judgeStale));
  }),
  keyStory('out-no-retry-storm', OUTLIVED, async (lab) => {
    const { good } = await outliveTtl(lab);
    const fetched = await watchFetches(lab);
    const started = performance.now();
    const answers: Exchange[] = [];
    for (let at = 0; at < OFTEN; at += 1) answers.push(await ask(lab, good));
    const elapsed = performance.now() - started;
    const cost = judgeBound(lab, (await fetched()).length, OFTEN, elapsed, { failing: true });
    return firstFailure([cost, judgeSpeed(lab, answers), ...answers.map(judgeStale)]);
  }),
  keyStory(
    'out-stale-bound',
    { cacheTtl: 1, cooldown: 1, fresh: true, env: { JWKS_MAX_STALE: '1' } },
    async (lab) => {
      const { good } = await outliveTtl(lab);
      const { result } = await retry(
        1 + GRACE,
        () => ask(lab, good),
        (exchange) => !isSuccess(exchange),
      );
      const expected = `a good token refused with 503 once the key set is older than its time to live and JWKS_MAX_STALE`;
      if (isSuccess(result)) return fail(expected, `still ${observedAnswer(result)}`, result);
      return expectRefused(result, { status: 503, codes: ['jwks_unavailable'], expected });
    },
  ),
];

/** Breaks the key set and waits until its time is over and a refresh has failed; what a good token was answered since. */
async function outliveTtl(lab: Lab): Promise<{ good: Labelled; answers: readonly Exchange[] }> {
  const ttl = lab.cacheTtl ?? 0;
  const good = await tokenOf(lab, 'token of a known key');
  await breakKeySet(lab, BROKEN);
  const fetched = await watchFetches(lab);
  await reach(Date.now() + ttl * 1000);
  const answers: Exchange[] = [];
  const { result } = await retry(
    GRACE,
    async () => {
      answers.push(await ask(lab, good));
      return fetched();
    },
    ({ length }) => length > 0,
  );
  if (result.length > 0) return { good, answers };
  throw new NotTestable(
    `the backend did not fetch its key set anew within ${ttl} + ${GRACE} s, so it did not feel the outage`,
  );
}

/** With the last good keys or not at all, but never as if the token were at fault. */
function judgeStale(exchange: Exchange): Finding {
  const expected = 'served with the last good key set, or refused with 503';
  if (isSuccess(exchange)) return pass(expected, observedAnswer(exchange), exchange);
  return labelled(
    expectRefused(exchange, { status: 503, codes: ['jwks_unavailable'], expected }),
    'token of a known key',
  );
}

function judgeSpeed({ settings: { maxResponseMs } }: Lab, answers: readonly Exchange[]): Finding {
  const expected = `every answer within ${maxResponseMs} ms`;
  const late = answers.find(({ durationMs }) => durationMs > maxResponseMs);
  return late ? fail(expected, 'one later than that', late) : pass(expected, 'so it was');
}
