import { sendGood } from './controls.ts';
import type { Lab } from './model.ts';
import { inParallel } from './parallel.ts';

/** Answers that come sooner leave nothing to be gained by asking more at a time. */
const SLOW_MS = 50;
/** As many as there are connections to a target. */
const MOST = 64;
/** A backend that takes this many times as long works, and one that does not only waits. */
const FACTOR = 1.5;

/**
 * How many checks run at a time: `usual`, and twice that or more on a backend whose answers are slow because it waits and
 * not because it works, so that each of so many at a time takes hardly longer than one alone.
 *
 * @throws TargetError where the target does not answer
 */
export async function checksAtATime(lab: Lab, usual: number): Promise<number> {
  const alone = Math.min(await slowestOf(lab, 1), await slowestOf(lab, 1));
  if (alone < SLOW_MS) return usual;
  let atATime = usual;
  while (2 * atATime <= MOST && (await slowestOf(lab, 2 * atATime)) <= FACTOR * alone) atATime *= 2;
  return atATime;
}

/** The longest duration, in milliseconds, of so many good requests at once. */
async function slowestOf(lab: Lab, atOnce: number): Promise<number> {
  let slowest = 0;
  await inParallel([...Array(atOnce).keys()], atOnce, async () => {
    const { durationMs } = await sendGood(lab, lab.users.owner);
    slowest = Math.max(slowest, durationMs);
  });
  return slowest;
}
