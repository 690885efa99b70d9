import { fail, pass } from '../../finding.ts';
import type { Check } from '../../model.ts';
import { judgeCrowd, sendBurst } from './crowd.ts';
import { breakKeySet } from './faults.ts';
import { atLeast, watchFetches } from './fetches.ts';
import { AGING, keyStory, reach } from './story.ts';
import { activeKid, ask, tokenOf } from './tokens.ts';
import { expectRefusedSoon } from './visibility.ts';

const CROWD = 50;

/** The time to live of the key set. */
export const ttlChecks: readonly Check[] = [
  keyStory('jwks-ttl-no-early-refetch', AGING, async (lab) => {
    const ttlMs = (lab.cacheTtl ?? 1) * 1000;
    const good = await tokenOf(lab, 'good token');
    const fetched = await watchFetches(lab);
    const end = Date.now() + ttlMs * 0.7;
    while (Date.now() < end) await ask(lab, good);
    const { length } = await fetched();
    const expected = 'no fetch of the key set while it is fresh, but for a refresh ahead of its end';
    // Twice in its time is early enough for any refresh in the background.
    return length <= 2 * lab.settings.replicas
      ? pass(expected, 'so it was')
      : fail(expected, `${atLeast(length)} fetches within 0.7 of the time to live`);
  }),
  keyStory('jwks-ttl-refetch-once', AGING, async (lab) => {
    const ttlMs = (lab.cacheTtl ?? 1) * 1000;
    const token = await tokenOf(lab, 'good token');
    await breakKeySet(lab, { kind: 'delay', ms: 300 });
    await reach(Date.now() + ttlMs);
    return judgeCrowd(lab, await sendBurst(lab, Array<typeof token>(CROWD).fill(token)), []);
  }),
  keyStory('jwks-ttl-not-sliding', AGING, async (lab) => {
    const seconds = (lab.cacheTtl ?? 1) + lab.settings.removalGrace;
    const removed = await activeKid(lab);
    await lab.idp.changeKeys({ story: 'rotate', overlap: false });
    return expectRefusedSoon(lab, () => tokenOf(lab, 'token of the removed key', removed), seconds);
  }),
];
