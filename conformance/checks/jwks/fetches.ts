import type { JournalEntry } from '../../../mock-idp/index.ts';
import { expectRefused, fail, NotTestable, pass } from '../../finding.ts';
import type { Exchange, Finding, Lab } from '../../model.ts';
import { labelled } from '../probes.ts';
import { retry } from './story.ts';
import { ask, unknownToken } from './tokens.ts';

/** Tells the fetches of the key set from this moment on. Right only where nothing else asks the backend anything. */
export async function watchFetches({ idp }: Lab): Promise<() => Promise<readonly JournalEntry[]>> {
  const after = (await idp.journal({ endpoint: 'jwks' })).at(-1)?.seq ?? 0;
  return () => idp.journal({ endpoint: 'jwks', after });
}

/** A fetch that a token of an unknown key led to. */
export interface Provoked {
  /** The answer to that token, which may be long in coming. */
  readonly answer: Promise<Exchange>;
}

/**
 * Makes the backend ask for its key set, by tokens of unknown keys. Without a fetch, whatever the endpoint would have
 * answered is no story.
 *
 * @throws NotTestable where it does not ask
 */
export async function startFetch(lab: Lab): Promise<Provoked> {
  const fetched = await watchFetches(lab);
  const { rotationVisible } = lab.settings;
  const { result } = await retry(
    rotationVisible,
    async () => {
      const answer = ask(lab, await unknownToken(lab));
      let answered = false;
      const settle = (): void => {
        answered = true;
      };
      answer.then(settle, settle);
      await retry(rotationVisible, fetched, ({ length }) => length > 0 || answered);
      return { answer, fetches: (await fetched()).length };
    },
    ({ fetches }) => fetches > 0,
  );
  if (result.fetches > 0) return result;
  throw new NotTestable(
    `no token of an unknown key made the backend fetch the key set within ${rotationVisible} s`,
  );
}

/** Makes the backend ask for its key set, and gives the answer to the token that made it. */
export async function provokeFetch(lab: Lab): Promise<Exchange> {
  const { answer } = await startFetch(lab);
  return answer;
}

/** Bounds by which a report tells a number that differs a little from run to run. */
const STEPS = [500, 200, 100, 50, 20, 10, 5, 2];

export function atLeast(count: number): string {
  const step = STEPS.find((bound) => bound <= count);
  return step === undefined ? String(count) : `${step} or more`;
}

/** How often the set may be fetched in so many milliseconds whatever is sent: never, but where its time is short. */
export function regularFetches({ cacheTtl = Infinity, settings }: Lab, elapsedMs: number): number {
  return cacheTtl > 60 ? 0 : settings.replicas * (1 + Math.floor(elapsedMs / (cacheTtl * 500)));
}

const BOUND = 'two fetches of the key set at most, and one more per cool-down';

/**
 * Judges what tokens of unknown keys cost: two fetches at once and then one per cool-down, each replica for itself. While
 * fetches fail, one more per cool-down may come from trying again in the background.
 */
export function judgeBound(
  lab: Lab,
  fetches: number,
  sent: number,
  elapsedMs: number,
  { failing = false }: { readonly failing?: boolean } = {},
): Finding {
  const { replicas, rotationVisible } = lab.settings;
  const cooldowns = Math.ceil(elapsedMs / ((lab.cooldown ?? rotationVisible) * 1000));
  const allowed = replicas * (2 + cooldowns + (failing ? 1 + cooldowns : 0));
  return fetches <= allowed + regularFetches(lab, elapsedMs)
    ? pass(BOUND, `no more than that for ${sent} tokens`)
    : fail(BOUND, `${atLeast(fetches)} fetches for ${sent} tokens`);
}

/** Judges the answer to a token of an unknown key while the key set cannot be had. */
export function judgeUnverifiable(exchange: Exchange): Finding {
  const codes = ['invalid_token', 'jwks_unavailable'];
  return labelled(expectRefused(exchange, { status: [401, 503], codes }), 'token of an unknown key');
}
