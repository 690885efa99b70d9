import type { JournalEntry } from '../../../mock-idp/index.ts';
import { fail, NotTestable, pass } from '../../finding.ts';
import type { Exchange, Finding, Lab } from '../../model.ts';
import { retry } from './story.ts';
import { ask, unknownToken } from './tokens.ts';

/** Tells the fetches of the key set from this moment on. Right only where nothing else asks the backend anything. */
export async function watchFetches({ idp }: Lab): Promise<() => Promise<readonly JournalEntry[]>> {
  const after = (await idp.journal({ endpoint: 'jwks' })).at(-1)?.seq ?? 0;
  return () => idp.journal({ endpoint: 'jwks', after });
}

/**
 * Makes the backend ask for its key set, by tokens of unknown keys; the answer to the token that did it. Without a
 * fetch, whatever the endpoint would have answered is no story.
 *
 * @throws NotTestable where it does not ask
 */
export async function provokeFetch(lab: Lab): Promise<Exchange> {
  const fetched = await watchFetches(lab);
  const { rotationVisible } = lab.settings;
  const { result } = await retry(
    rotationVisible,
    async () => ({ exchange: await ask(lab, await unknownToken(lab)), fetches: await fetched() }),
    ({ fetches }) => fetches.length > 0,
  );
  if (result.fetches.length > 0) return result.exchange;
  throw new NotTestable(
    `no token of an unknown key made the backend fetch the key set within ${rotationVisible} s`,
  );
}

/** How often the set may be fetched in so many milliseconds whatever is sent: never, but where its time is short. */
export function regularFetches({ cacheTtl = Infinity, settings }: Lab, elapsedMs: number): number {
  return cacheTtl > 60 ? 0 : settings.replicas * (1 + Math.floor(elapsedMs / (cacheTtl * 500)));
}

const BOUND = 'two fetches of the key set at most, and one more per cool-down';

/** Judges what tokens of unknown keys cost: two fetches at once and then one per cool-down, each replica for itself. */
export function judgeBound(lab: Lab, fetches: number, sent: number, elapsedMs: number): Finding {
  const { replicas, rotationVisible } = lab.settings;
  const cooldown = lab.cooldown ?? rotationVisible;
  const allowed = replicas * (2 + Math.ceil(elapsedMs / (cooldown * 1000)));
  return fetches <= allowed + regularFetches(lab, elapsedMs)
    ? pass(BOUND, `no more than that for ${sent} tokens`)
    : fail(BOUND, `${fetches} fetches for ${sent} tokens`);
}
