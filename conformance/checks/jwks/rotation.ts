import type { FaultAction, KeyInfo } from '../../../mock-idp/index.ts';
import { allOf, fail, NotTestable, observedAnswer, pass } from '../../finding.ts';
import type { Check, Finding, Lab } from '../../model.ts';
import { isSuccess, labelled } from '../probes.ts';
import { keyStory } from './story.ts';
import { activeKid, otherKid, tokenOf } from './tokens.ts';
import { type Burst, burstUntilServed, expectServed, expectVisible } from './visibility.ts';

const CROWD = 100;

/** New keys, and old ones that are still good. */
export const rotationChecks: readonly Check[] = [
  keyStory('rot-add-key', { cooldown: 1 }, async (lab) => {
    const ring = await lab.idp.changeKeys({ story: 'announce' });
    return expectVisible(lab, await tokenOf(lab, 'token of the new key', ring.at(-1)?.kid));
  }),
  keyStory('rot-just-before-signing', { cooldown: 1 }, async (lab) => {
    await lab.idp.changeKeys({ story: 'rotate' });
    return expectVisible(lab, await tokenOf(lab, 'token of the key that signs now'));
  }),
  keyStory('rot-old-key-overlap', { cooldown: 1 }, async (lab) => {
    const old = await tokenOf(lab, 'token of the old key');
    await lab.idp.changeKeys({ story: 'rotate' });
    return allOf([
      await expectVisible(lab, await tokenOf(lab, 'token of the new key')),
      await expectServed(lab, old),
    ]);
  }),
  keyStory('rot-double-within-cooldown', { cooldown: 1 }, async (lab) => {
    const findings: Finding[] = [];
    for (const ordinal of ['first', 'second', 'third']) {
      await lab.idp.changeKeys({ story: 'rotate' });
      findings.push(await expectVisible(lab, await tokenOf(lab, `token of the ${ordinal} new key`)));
    }
    return allOf(findings);
  }),
  keyStory('rot-concurrent-new-kid', { cooldown: 1 }, async (lab) => {
    await lab.idp.fault({ endpoint: 'jwks', actions: [{ kind: 'delay', ms: 300 }] });
    await lab.idp.changeKeys({ story: 'rotate' });
    const token = await tokenOf(lab, 'token of the new key');
    return judgeCrowd(lab, await burstUntilServed(lab, Array<typeof token>(CROWD).fill(token)));
  }),
  keyStory('rot-order-independent', { cooldown: 1, fresh: true, prepare: reverse }, async (lab) => {
    const [first, last] = [await activeKid(lab), await otherKid(lab)];
    const findings = [
      await expectServed(lab, await tokenOf(lab, 'token of the last key', first)),
      await expectServed(lab, await tokenOf(lab, 'token of the first key', last)),
    ];
    await lab.idp.clearFaults();
    await lab.idp.changeKeys({ story: 'rotate' });
    findings.push(await expectVisible(lab, await tokenOf(lab, 'token of a new last key')));
    return allOf(findings);
  }),
];

/** Serves the ring the other way round. */
async function reverse(idp: Lab['idp']): Promise<void> {
  const keys = [...(await idp.keys())].reverse();
  await idp.fault({ endpoint: 'jwks', actions: [keySet(keys)] });
}

/** Answers with these keys, whatever the ring holds. */
export function keySet(keys: readonly Pick<KeyInfo, 'publicJwk'>[]): FaultAction {
  return {
    kind: 'respond',
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ keys: keys.map(({ publicJwk }) => publicJwk) }),
  };
}

/** Judges that one fetch served everybody who waited for it. */
function judgeCrowd({ settings: { replicas } }: Lab, { answers, fetches, first }: Burst): Finding {
  const expected = 'all of them served by one fetch';
  const refused = answers.filter((exchange) => !isSuccess(exchange));
  const [one] = refused;
  if (refused.length === answers.length) {
    throw new NotTestable('no token of the new key was served within the declared time');
  }
  const crowd = `of ${answers.length} tokens of the new key at once`;
  const cost = fetches <= replicas ? pass : fail;
  const findings = [cost(expected, fetches <= replicas ? 'one fetch' : `${fetches} fetches`)];
  // Those who came before a cool-down was over may be refused, and have been waited for.
  if (one !== undefined && first) {
    findings.push(fail(expected, `${refused.length} ${observedAnswer(one)}`, one));
  }
  return labelled(allOf(findings), crowd);
}
