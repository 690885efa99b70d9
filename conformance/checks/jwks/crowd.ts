import { fail, observedAnswer, pass } from '../../finding.ts';
import type { Exchange, Finding, Lab } from '../../model.ts';
import { inParallel } from '../../parallel.ts';
import { isSuccess } from '../probes.ts';
import { atLeast, watchFetches } from './fetches.ts';
import { retry } from './story.ts';
import { ask, type Labelled } from './tokens.ts';

/** Tokens that were sent all at once. */
export interface Burst {
  readonly answers: readonly Exchange[];
  /** Fetches of the key set from the first request to the last answer. */
  readonly fetches: number;
  readonly elapsedMs: number;
}

/** Sends the tokens all at once. */
export async function sendBurst(lab: Lab, tokens: readonly Labelled[]): Promise<Burst> {
  const fetched = await watchFetches(lab);
  const started = performance.now();
  const answers: Exchange[] = [];
  await inParallel(tokens, tokens.length, async (token) => {
    answers.push(await ask(lab, token));
  });
  const elapsedMs = performance.now() - started;
  return { answers, elapsedMs, fetches: (await fetched()).length };
}

/** Sends bursts until one is served or the declared time is over; that burst, and whether it was the first. */
export async function burstUntilServed(
  lab: Lab,
  tokens: readonly Labelled[],
): Promise<{ readonly burst: Burst; readonly first: boolean }> {
  const { result, attempts } = await retry(
    lab.settings.rotationVisible,
    () => sendBurst(lab, tokens),
    ({ answers }) => answers.some(isSuccess),
  );
  return { burst: result, first: attempts === 1 };
}

/** Judges that one fetch of each replica served everybody who waited for it; statuses in `excused` did not wait. */
export function judgeCrowd(lab: Lab, burst: Burst, excused: readonly number[]): Finding {
  const { answers, fetches, elapsedMs } = burst;
  const expected = `all of ${answers.length} tokens at once served by one fetch of the key set`;
  const refused = answers.filter((exchange) => !isSuccess(exchange));
  const [one] =
    refused.length === answers.length
      ? refused
      : refused.filter(({ response }) => !excused.includes(response.status));
  if (one) return fail(expected, `${atLeast(refused.length)} not served, one ${observedAnswer(one)}`, one);
  // A burst that takes longer than the set lives sees it fetched more than once.
  const lifetimes = 1 + Math.floor((2 * elapsedMs) / ((lab.cacheTtl ?? Infinity) * 1000));
  return fetches <= lab.settings.replicas * lifetimes
    ? pass(expected, 'so they were', answers[0])
    : fail(expected, `${atLeast(fetches)} fetches`, answers[0]);
}
