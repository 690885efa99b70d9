import { expectRefused, fail, observedAnswer, pass } from '../../finding.ts';
import type { Finding, Lab } from '../../model.ts';
import { acceptedAs } from '../identity.ts';
import { isSuccess, labelled } from '../probes.ts';
import { reach, retry } from './story.ts';
import { ask, type Labelled } from './tokens.ts';

/** Seconds beyond the time to live that a refusal may take: for the fetch itself, on a busy machine. */
export const GRACE = 2;

/** Bounds in seconds by which a report tells how long something took, since milliseconds differ from run to run. */
const STEPS = [2, 5, 10, 20, 30, 60];

/** Judges that a token of a newly published key is served within the declared time. */
export async function expectVisible(lab: Lab, token: Labelled): Promise<Finding> {
  const { rotationVisible } = lab.settings;
  const expected = `${token.label} accepted within ${rotationVisible} s`;
  const started = Date.now();
  const { result } = await retry(rotationVisible, () => ask(lab, token), isSuccess);
  if (!isSuccess(result)) return fail(expected, `still ${observedAnswer(result)}`, result);
  const finding = labelled(acceptedAs(lab, result, lab.users.owner), token.label);
  if (finding.outcome !== 'pass') return finding;
  const took = STEPS.find((step) => Date.now() - started <= step * 1000) ?? rotationVisible;
  return pass(expected, `accepted within ${took} s`, result);
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
  await reach(Date.now() + (lab.cacheTtl ?? 0) * 1000);
  return expectRefusedSoon(lab, token, GRACE);
}

/** Judges that tokens of a removed key, sent again and again, are refused with 401 before the seconds are over. */
export async function expectRefusedSoon(
  lab: Lab,
  token: () => Promise<Labelled>,
  seconds: number,
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
  const expected = `${label} refused with 401 within ${lab.cacheTtl ?? 0} + ${GRACE} s`;
  if (isSuccess(result)) return fail(expected, `still ${observedAnswer(result)}`, result);
  return expectRefused(result, { codes: ['invalid_token'], expected });
}
