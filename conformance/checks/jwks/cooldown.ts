import type { Lab } from '../../model.ts';
import { watchFetches } from './fetches.ts';
import { LONGEST_COOLDOWN, retry } from './story.ts';
import { ask, unknownToken } from './tokens.ts';

/** Fetches after which it is no bucket that was full: limits of ten a minute are common. */
const ENOUGH = 12;

/**
 * Whether tokens of unknown keys make the backend fetch its key set so seldom that a run cannot wait for it in each of
 * its stories. Where nobody said its cool-down, it is tried.
 */
export async function refetchesLate(lab: Lab): Promise<boolean> {
  if (lab.cooldown !== undefined) return lab.cooldown > LONGEST_COOLDOWN;
  const end = Date.now() + LONGEST_COOLDOWN * 1000;
  for (let fetches = 0; fetches < ENOUGH && Date.now() < end; fetches += 1) {
    if (!(await fetchesSoon(lab))) return true;
  }
  return false;
}

async function fetchesSoon(lab: Lab): Promise<boolean> {
  const fetched = await watchFetches(lab);
  const { result } = await retry(
    LONGEST_COOLDOWN,
    async () => {
      await ask(lab, await unknownToken(lab));
      return fetched();
    },
    ({ length }) => length > 0,
  );
  return result.length > 0;
}
