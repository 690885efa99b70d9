import { expectRefused, fail, observedAnswer, pass } from '../../finding.ts';
import type { Finding, Lab } from '../../model.ts';
import { acceptedAs } from '../identity.ts';
import { isSuccess, labelled } from '../probes.ts';
import { reach, retry } from './story.ts';
import { ask, type Labelled } from './tokens.ts';

const secondsSince = (started: number): number => Math.round((Date.now() - started) / 10) / 100;

/** Judges that a token of a newly published key is served within the declared time. */
export async function expectVisible(lab: Lab, token: Labelled): Promise<Finding> {
  const { rotationVisible } = lab.settings;
  const expected = `${token.label} accepted within ${rotationVisible} s`;
  const started = Date.now();
  const { result } = await retry(rotationVisible, () => ask(lab, token), isSuccess);
  const took = secondsSince(started);
  if (!isSuccess(result)) return fail(expected, `still ${observedAnswer(result)}`, result);
  const finding = labelled(acceptedAs(lab, result, lab.users.owner), token.label);
  if (finding.outcome !== 'pass') return finding;
  const measured = { 'until a token of a new key was accepted': took };
  return { ...pass(expected, 'accepted in time', result), measured };
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
  const removed = Date.now();
  await reach(removed + (lab.cacheTtl ?? 0) * 1000);
  const finding = await expectRefusedSoon(lab, token, lab.settings.removalGrace);
  if (finding.outcome !== 'pass') return finding;
  return { ...finding, measured: { 'until a token of a removed key was refused': secondsSince(removed) } };
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
  const expected = `${label} refused with 401 within ${lab.cacheTtl ?? 0} + ${lab.settings.removalGrace} s`;
  if (isSuccess(result)) return fail(expected, `still ${observedAnswer(result)}`, result);
  return expectRefused(result, { codes: ['invalid_token'], expected });
}
