import type { FaultAction } from '../../../mock-idp/index.ts';
import { allOf, firstFailure } from '../../finding.ts';
import type { Check, Finding } from '../../model.ts';
import { BROKEN, breakKeySet, EMPTY, respond } from './faults.ts';
import { judgeBound, judgeUnverifiable, provokeFetch, watchFetches } from './fetches.ts';
import { whileFlooded } from './flood.ts';
import { keyStory, OUTAGE } from './story.ts';
import { activeKid, ask, tokenOf, unknownTokens } from './tokens.ts';
import { expectGone, expectServed } from './visibility.ts';

const TOKENS = 60;

/** Tokens of unknown keys while the key set cannot be had, is empty, or is due anyway. */
export const floodAndOutageChecks: readonly Check[] = [
  brokenFlood('flood-during-outage', BROKEN),
  brokenFlood('flood-empty-set', EMPTY),
  brokenFlood('out-429-backoff', respond(429, '{"error":"too_many_requests"}', { 'retry-after': '30' })),
  keyStory('flood-no-eviction', OUTAGE, async (lab) => {
    const good = await tokenOf(lab, 'good token');
    await breakKeySet(lab, { kind: 'reset' });
    await provokeFetch(lab);
    const findings: Finding[] = [];
    for (const token of await unknownTokens(lab, TOKENS / 2)) {
      findings.push(judgeUnverifiable(await ask(lab, token)));
      findings.push(await expectServed(lab, good));
    }
    return firstFailure([await expectServed(lab, good), ...findings]);
  }),
  // A cool-down of half a minute, so that only the regular refresh can bring the new key in time.
  keyStory('flood-ttl-refresh-not-starved', { cacheTtl: 1, cooldown: 30 }, (lab) =>
    whileFlooded(lab, async () => {
      const removed = await activeKid(lab);
      await lab.idp.changeKeys({ story: 'rotate', overlap: false });
      return allOf([
        await expectGone(lab, () => tokenOf(lab, 'token of the removed key', removed)),
        await expectServed(lab, await tokenOf(lab, 'token of the new key')),
      ]);
    }),
  ),
];

/** Judges the fetches that unknown kids lead to while every fetch fails, and that the known kid goes on. */
function brokenFlood(id: string, fault: FaultAction): Check {
  return keyStory(id, OUTAGE, async (lab) => {
    const flood = await unknownTokens(lab, TOKENS);
    await breakKeySet(lab, fault);
    // After this the last fetch has failed, and a cool-down that counts from the last success is over.
    await provokeFetch(lab);
    const fetched = await watchFetches(lab);
    const started = performance.now();
    const refusals: Finding[] = [];
    for (const token of flood) refusals.push(judgeUnverifiable(await ask(lab, token)));
    const elapsed = performance.now() - started;
    const cost = judgeBound(lab, (await fetched()).length, flood.length, elapsed, { failing: true });
    return firstFailure([
      cost,
      ...refusals,
      await expectServed(lab, await tokenOf(lab, 'token of a known key')),
    ]);
  });
}
