import type { KeyInfo } from '../../../mock-idp/index.ts';
import { allOf } from '../../finding.ts';
import type { Check, Finding } from '../../model.ts';
import { burstUntilServed, judgeCrowd } from './crowd.ts';
import { breakKeySet, keySet } from './faults.ts';
import { CHANGING, keyStory } from './story.ts';
import { tokenOf } from './tokens.ts';
import { expectServed, expectVisible } from './visibility.ts';

const CROWD = 100;

/** New keys, and old ones that are still good. */
export const rotationChecks: readonly Check[] = [
  keyStory('rot-add-key', { ...CHANGING, vital: true }, async (lab) => {
    const ring = await lab.idp.changeKeys({ story: 'announce' });
    return expectVisible(lab, await tokenOf(lab, 'token of the new key', ring.at(-1)?.kid));
  }),
  keyStory('rot-just-before-signing', { cooldown: 1 }, async (lab) => {
    await lab.idp.changeKeys({ story: 'rotate' });
    return expectVisible(lab, await tokenOf(lab, 'token of the key that signs now'));
  }),
  keyStory('rot-old-key-overlap', CHANGING, async (lab) => {
    const old = await tokenOf(lab, 'token of the old key');
    await lab.idp.changeKeys({ story: 'rotate' });
    return allOf([
      await expectVisible(lab, await tokenOf(lab, 'token of the new key')),
      await expectServed(lab, old),
    ]);
  }),
  keyStory('rot-double-within-cooldown', CHANGING, async (lab) => {
    const findings: Finding[] = [];
    for (const ordinal of ['first', 'second', 'third']) {
      await lab.idp.changeKeys({ story: 'rotate' });
      findings.push(await expectVisible(lab, await tokenOf(lab, `token of the ${ordinal} new key`)));
      if (findings.at(-1)?.outcome !== 'pass') break;
    }
    return allOf(findings);
  }),
  keyStory('rot-concurrent-new-kid', CHANGING, async (lab) => {
    await breakKeySet(lab, { kind: 'delay', ms: 300 });
    await lab.idp.changeKeys({ story: 'rotate' });
    const token = await tokenOf(lab, 'token of the new key');
    const { burst, first } = await burstUntilServed(lab, Array<typeof token>(CROWD).fill(token));
    // Those who came before a cool-down was over are refused, and have been waited for.
    return judgeCrowd(lab, burst, first ? [] : [401, 503]);
  }),
  keyStory('rot-order-independent', CHANGING, async (lab) => {
    const ring = (await lab.idp.changeKeys({ story: 'announce' })).filter(isPublished);
    await breakKeySet(lab, keySet([...ring].reverse()));
    const findings = [
      await expectVisible(lab, await tokenOf(lab, 'token of a new first key', ring.at(-1)?.kid)),
      await expectServed(lab, await tokenOf(lab, 'token of the last key', ring[0]?.kid)),
    ];
    await lab.idp.clearFaults();
    await lab.idp.changeKeys({ story: 'rotate' });
    findings.push(await expectVisible(lab, await tokenOf(lab, 'token of a new last key')));
    return allOf(findings);
  }),
];

function isPublished({ state }: KeyInfo): boolean {
  return state !== 'withdrawn';
}
