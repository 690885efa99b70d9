import { fail, observedAnswer, pass } from '../../finding.ts';
import type { Exchange, Finding, Lab } from '../../model.ts';
import { inParallel } from '../../parallel.ts';
import { acceptedAs } from '../identity.ts';
import { isSuccess, labelled } from '../probes.ts';
import { watchFetches } from './fetches.ts';
import { reach, retry } from './story.ts';
import { ask, type Labelled } from './tokens.ts';

/** Seconds beyond the time to live that a refusal may take: for the fetch itself, on a busy machine. */
const GRACE = 2;

/** Judges that a token of a newly published key is served within the declared time. */
export async function expectVisible(lab: Lab, token: Labelled): Promise<Finding> {
  const { rotationVisible } = lab.settings;
  const expected = `${token.label} accepted within ${rotationVisible} s`;
  const { result, attempts } = await retry(rotationVisible, () => ask(lab, token), isSuccess);
  if (!isSuccess(result)) {
    return fail(expected, `${token.label} still ${observedAnswer(result)} after ${rotationVisible} s`, result);
  }
  const finding = acceptedAs(lab, result, lab.users.owner);
  if (finding.outcome !== 'pass') return labelled(finding, token.label);
  return pass(
    expected,
    `${token.label} accepted ${attempts === 1 ? 'at the first request' : 'within that time'}`,
    result,
  );
}

/** Judges that a good token is served, at once. */
export async function expectServed(lab: Lab, token: Labelled): Promise<Finding> {
  return labelled(acceptedAs(lab, await ask(lab, token), lab.users.owner), token.label);
}

/**
 * Judges that tokens of a key removed a moment ago are refused once the time to live of the key set is over. Nothing is
 * sent before, since a request may make the set fresh that nobody asked for.
 */
export async function expectGone(lab: Lab, token: () => Promise<Labelled>): Promise<Finding> {
  const ttl = lab.cacheTtl ?? 0;
  await reach(Date.now() + ttl * 1000);
  return expectRefusedSoon(lab, token, GRACE, `refused with 401 within ${ttl} + ${GRACE} s of its removal`);
}

/** Judges that tokens are refused with 401 before the seconds are over. */
export async function expectRefusedSoon(
  lab: Lab,
  token: () => Promise<Labelled>,
  seconds: number,
  expected: string,
): Promise<Finding> {
  let label = '';
  const { result } = await retry(
    seconds,
    async () => {
      const sent = await token();
      label = sent.label;
      return ask(lab, sent);
    },
    (exchange) => !isSuccess(exchange),
  );
  const refused = result.response.status === 401;
  const observed = `${label} ${isSuccess(result) ? 'still ' : ''}${observedAnswer(result)}`;
  return (refused ? pass : fail)(`${label} ${expected}`, observed, result);
}

/** The first burst of which anything was served, or the last of all. */
export interface Burst {
  readonly answers: readonly Exchange[];
  /** Fetches of the key set from its first request to its last answer. */
  readonly fetches: number;
  /** Whether it was the very first. */
  readonly first: boolean;
}

/** Sends the tokens all at once, again and again until one is served or the declared time is over. */
export async function burstUntilServed(lab: Lab, tokens: readonly Labelled[]): Promise<Burst> {
  const { result, attempts } = await retry(
    lab.settings.rotationVisible,
    () => burst(lab, tokens),
    ({ answers }) => answers.some(isSuccess),
  );
  return { ...result, first: attempts === 1 };
}

/** Sends the tokens all at once. */
export async function burst(lab: Lab, tokens: readonly Labelled[]): Promise<Omit<Burst, 'first'>> {
  const fetched = await watchFetches(lab);
  const answers: Exchange[] = [];
  await inParallel(tokens, tokens.length, async (token) => {
    answers.push(await ask(lab, token));
  });
  return { answers, fetches: (await fetched()).length };
}
