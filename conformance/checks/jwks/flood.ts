import { setTimeout as pause } from 'node:timers/promises';
import { expectRefused, fail, firstFailure, observedAnswer, pass } from '../../finding.ts';
import type { Check, Exchange, Finding, Lab } from '../../model.ts';
import { inParallel } from '../../parallel.ts';
import { isSuccess, labelled, sendControl } from '../probes.ts';
import { judgeBound, watchFetches } from './fetches.ts';
import { CHANGING, keyStory } from './story.ts';
import { ask, type Labelled, tokenOf, unknownToken, unknownTokens } from './tokens.ts';
import { expectServed, expectVisible } from './visibility.ts';

const TOKENS = 200;
const AT_ONCE = 20;
/** The key set can be had, so what is not in it is not valid. */
const REFUSED = { codes: ['invalid_token'] };

/** Tokens of unknown keys, in numbers. */
export const floodChecks: readonly Check[] = [
  flooded('flood-distinct-kids', AT_ONCE, (lab) => unknownTokens(lab, TOKENS)),
  flooded('flood-same-kid', AT_ONCE, async (lab) => Array<Labelled>(TOKENS).fill(await unknownToken(lab))),
  flooded('flood-concurrent', TOKENS, (lab) => unknownTokens(lab, TOKENS)),
  flooded('flood-missing-kid', AT_ONCE, async (lab) => {
    const { owner } = lab.users;
    const { token } = await lab.idp.mint({
      claims: { ...owner.claims, sub: owner.sub },
      key: 'unpublished',
      header: { kid: null },
    });
    return Array<Labelled>(TOKENS).fill({ label: 'token without kid', token });
  }),
  {
    id: 'flood-good-unaffected',
    runs: 'alone',
    run: async (lab) => {
      await sendControl(lab, lab.operations.primary);
      const good = await tokenOf(lab, 'good token');
      const answers: Exchange[] = [];
      const tokens = await unknownTokens(lab, TOKENS);
      await inParallel(tokens, AT_ONCE, async (token) => {
        await ask(lab, token);
        answers.push(await ask(lab, good));
      });
      return judgeUnaffected(lab, answers);
    },
  },
  keyStory('flood-then-rotate', CHANGING, (lab) =>
    whileFlooded(lab, async () => {
      await lab.idp.changeKeys({ story: 'rotate' });
      return expectVisible(lab, await tokenOf(lab, 'token of the new key'));
    }),
  ),
  keyStory('flood-negative-cache-recovers', CHANGING, async (lab) => {
    const kid = (await lab.idp.changeKeys({ story: 'announce' })).at(-1)?.kid ?? '';
    await lab.idp.changeKeys({ story: 'withdraw', kid });
    const early = await tokenOf(lab, 'token of a key not published yet', kid);
    const refused = labelled(expectRefused(await ask(lab, early), REFUSED), early.label);
    if (refused.outcome !== 'pass') return refused;
    for (const token of Array<Labelled>(AT_ONCE).fill(await tokenOf(lab, '', kid))) await ask(lab, token);
    await lab.idp.changeKeys({ story: 'restore', kid });
    return expectVisible(lab, await tokenOf(lab, 'token of the key published since', kid));
  }),
];

/** Judges that a flood is refused, costs no more than the bound, and leaves the good token as good as before. */
function flooded(id: string, atOnce: number, tokens: (lab: Lab) => Promise<readonly Labelled[]>): Check {
  return {
    id,
    runs: 'alone',
    run: async (lab) => {
      await sendControl(lab, lab.operations.primary);
      const flood = await tokens(lab);
      const fetched = await watchFetches(lab);
      const started = performance.now();
      const refusals: Finding[] = [];
      await inParallel(flood, atOnce, async (token) => {
        refusals.push(labelled(expectRefused(await ask(lab, token), REFUSED), token.label));
      });
      const elapsed = performance.now() - started;
      const cost = judgeBound(lab, (await fetched()).length, flood.length, elapsed);
      return firstFailure([
        cost,
        ...refusals,
        await expectServed(lab, await tokenOf(lab, 'good token afterwards')),
      ]);
    },
  };
}

function judgeUnaffected({ settings: { maxResponseMs } }: Lab, answers: readonly Exchange[]): Finding {
  const expected = `every good token served, within ${maxResponseMs} ms`;
  const refused = answers.find((exchange) => !isSuccess(exchange));
  if (refused)
    return fail(expected, `amid unknown keys a good token was ${observedAnswer(refused)}`, refused);
  const late = answers.find(({ durationMs }) => durationMs > maxResponseMs);
  if (late) return fail(expected, 'amid unknown keys a good token waited for longer', late);
  return pass(expected, `all of ${answers.length}`, answers[0]);
}

const LANES = 4;
const PACE_MS = 10;

/** Tells a story while tokens of unknown keys keep coming; no answer to them may be a success. */
export async function whileFlooded(lab: Lab, tell: () => Promise<Finding>): Promise<Finding> {
  const flood = await unknownTokens(lab, TOKENS);
  const served: Exchange[] = [];
  let ended = false;
  const lane = async (_: unknown, at: number): Promise<void> => {
    for (let next = at; !ended; next += LANES) {
      const token = flood[next % flood.length];
      const exchange = token && (await ask(lab, token));
      if (exchange && isSuccess(exchange)) served.push(exchange);
      await pause(PACE_MS);
    }
  };
  const lanes = Promise.all(Array.from({ length: LANES }, lane));
  // What ends a lane early is thrown below, and must not end the process before.
  lanes.catch(() => undefined);
  try {
    const finding = await tell();
    const [one] = served;
    return one === undefined ? finding : fail('unknown keys refused', observedAnswer(one), one);
  } finally {
    ended = true;
    await lanes;
  }
}
