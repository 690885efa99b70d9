import { allOf, expectRefused } from '../../finding.ts';
import type { Check } from '../../model.ts';
import { labelled } from '../probes.ts';
import { AGING, CHANGING, keyStory } from './story.ts';
import { activeKid, ask, tokenOf } from './tokens.ts';
import { expectGone, expectServed, expectVisible } from './visibility.ts';

/** What is remembered of a token must not outlive the keys it was judged by. */
export const rememberedChecks: readonly Check[] = [
  keyStory('vcache-key-removed', AGING, async (lab) => {
    const token = await tokenOf(lab, 'the same token after its key was removed', await activeKid(lab));
    const before = await expectServed(lab, token);
    await lab.idp.changeKeys({ story: 'rotate', overlap: false });
    return allOf([before, await expectGone(lab, () => Promise.resolve(token))]);
  }),
  keyStory('vcache-negative', CHANGING, async (lab) => {
    const kid = (await lab.idp.changeKeys({ story: 'announce' })).at(-1)?.kid ?? '';
    await lab.idp.changeKeys({ story: 'withdraw', kid });
    const token = await tokenOf(lab, 'the same token after its key was published', kid);
    const early = labelled(
      expectRefused(await ask(lab, token), { codes: ['invalid_token'] }),
      'token of a key not published yet',
    );
    await lab.idp.changeKeys({ story: 'restore', kid });
    return allOf([early, await expectVisible(lab, token)]);
  }),
];
