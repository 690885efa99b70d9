import { setTimeout as pause } from 'node:timers/promises';
import { allOf, expectRefused, fail, observedAnswer, pass } from '../../finding.ts';
import type { Check, Exchange, Finding, Lab } from '../../model.ts';
import { isSuccess, labelled } from '../probes.ts';
import { breakKeySet, keySet } from './faults.ts';
import { AGING, CHANGING, keyStory, reach } from './story.ts';
import { activeKid, ask, tokenOf } from './tokens.ts';
import { expectGone, expectServed, expectVisible } from './visibility.ts';

/** Keys that are good no more. */
export const removalChecks: readonly Check[] = [
  keyStory('rot-remove-key', AGING, async (lab) => {
    const removed = await activeKid(lab);
    await lab.idp.changeKeys({ story: 'rotate', overlap: false });
    // A token of its own each time, so that a cache of verified tokens cannot pass for one of keys.
    return expectGone(lab, () => tokenOf(lab, 'token of the removed key', removed));
  }),
  keyStory('rot-remove-key-after-refetch', { ...CHANGING, vital: true }, async (lab) => {
    const removed = await activeKid(lab);
    await lab.idp.changeKeys({ story: 'rotate', overlap: false });
    const visible = await expectVisible(lab, await tokenOf(lab, 'token of the new key'));
    if (visible.outcome !== 'pass') return visible;
    const old = await tokenOf(lab, 'token of the removed key', removed);
    return labelled(expectRefused(await ask(lab, old), { codes: ['invalid_token'] }), old.label);
  }),
  keyStory('rot-emergency-replace', AGING, async (lab) => {
    const compromised = await activeKid(lab);
    await lab.idp.changeKeys({ story: 'revoke-all' });
    return allOf([
      await expectVisible(lab, await tokenOf(lab, 'token of the new key')),
      await expectGone(lab, () => tokenOf(lab, 'token of the revoked key', compromised)),
    ]);
  }),
  keyStory('rot-same-kid-new-material', AGING, async (lab) => {
    const old = await tokenOf(lab, 'token of the old key');
    await lab.idp.changeKeys({ story: 'same-kid' });
    const gone = await expectGone(lab, () => Promise.resolve(old));
    return allOf([gone, await expectServed(lab, await tokenOf(lab, 'token of the new key'))]);
  }),
  keyStory('rot-kid-rename', AGING, async (lab) => {
    const kid = await activeKid(lab);
    const published = (await lab.idp.keys()).filter(({ state }) => state !== 'withdrawn');
    const keys = published.map(({ publicJwk }) => ({
      publicJwk: publicJwk['kid'] === kid ? { ...publicJwk, kid: `${kid}-renamed` } : publicJwk,
    }));
    const { owner } = lab.users;
    const old = await tokenOf(lab, 'token with the old kid');
    const { token } = await lab.idp.mint({
      claims: { ...owner.claims, sub: owner.sub },
      header: { kid: `${kid}-renamed` },
    });
    await breakKeySet(lab, keySet(keys));
    const gone = await expectGone(lab, () => Promise.resolve(old));
    return allOf([gone, await expectServed(lab, { label: 'token with the new kid', token })]);
  }),
  keyStory('rot-rollback', AGING, async (lab) => {
    const first = await activeKid(lab);
    await lab.idp.changeKeys({ story: 'rotate', overlap: false });
    const second = await activeKid(lab);
    const visible = await expectVisible(lab, await tokenOf(lab, 'token of the new key'));
    await lab.idp.changeKeys({ story: 'restore', kid: first });
    await lab.idp.changeKeys({ story: 'promote', kid: first });
    await lab.idp.changeKeys({ story: 'withdraw', kid: second });
    return allOf([
      visible,
      await expectGone(lab, () => tokenOf(lab, 'token of the key taken back', second)),
      await expectServed(lab, await tokenOf(lab, 'token of the key put back', first)),
    ]);
  }),
  keyStory('rot-under-load-zero-401', AGING, underLoad),
];

const LANES = 4;
const PACE_MS = 20;

/** Adds a key, lets it sign, removes the old one, and never a moment without requests. */
async function underLoad(lab: Lab): Promise<Finding> {
  const ttlMs = (lab.cacheTtl ?? 1) * 1000;
  // Long enough for requests to come while the set is fetched.
  await breakKeySet(lab, { kind: 'delay', ms: 100 });
  const refused: Exchange[] = [];
  let ended = false;
  const lane = async (): Promise<void> => {
    while (!ended) {
      const exchange = await ask(lab, await tokenOf(lab, 'good token'));
      if (!isSuccess(exchange)) refused.push(exchange);
      await pause(PACE_MS);
    }
  };
  const lanes = Promise.all(Array.from({ length: LANES }, lane));
  // What ends a lane early is thrown below, and must not end the process before.
  lanes.catch(() => undefined);
  try {
    const old = await activeKid(lab);
    const next = (await lab.idp.changeKeys({ story: 'announce' })).at(-1)?.kid ?? '';
    const visible = await expectVisible(lab, await tokenOf(lab, 'token of the new key', next));
    if (visible.outcome !== 'pass') return visible;
    await lab.idp.changeKeys({ story: 'promote', kid: next });
    await reach(Date.now() + ttlMs);
    await lab.idp.changeKeys({ story: 'withdraw', kid: old });
    await reach(Date.now() + ttlMs * 1.5);
  } finally {
    ended = true;
    await lanes;
  }
  const expected = 'every good token served while a key is added, signs, and takes the place of the old one';
  const [first] = refused;
  return first === undefined
    ? pass(expected, 'none refused')
    : fail(expected, `a good token was ${observedAnswer(first)}`, first);
}
