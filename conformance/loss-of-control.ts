import { setTimeout as pause } from 'node:timers/promises';
import type { Benches } from './benches.ts';
import { type ControlFault, controlFault } from './controls.ts';
import { flaky } from './flaky.ts';
import { TargetError } from './http/index.ts';

const RETRY_MS = 250;
const CHOKED_MS = 20_000;

/** A good token that passed at the start and does no more. */
export interface Loss extends ControlFault {
  /** It passed when it was sent again, so another one may be refused at any time. */
  readonly chance: boolean;
}

/**
 * Whether a good token still passes. A rotation may keep the new key unknown for a cool-down, so it may come true
 * `patience` seconds later. And a backend that is choked by what it got may not answer for a moment.
 *
 * @throws TargetError where the target does not answer any more
 */
export async function lossOfControl(
  benches: Benches,
  patience: number,
  isOver: () => boolean,
): Promise<Loss | undefined> {
  const started = Date.now();
  for (;;) {
    const late = Date.now() >= started + patience * 1000 || isOver();
    try {
      const lost = await controlFault(benches.lab('control'));
      if (!lost) return undefined;
      if (late) return await again(benches, lost);
    } catch (error) {
      const ended = benches.shared.ended() !== undefined;
      const silent = Date.now() > started + CHOKED_MS;
      if (!(error instanceof TargetError) || silent || ended) throw error;
    }
    await pause(RETRY_MS);
  }
}

/** Lost is lost; asked once more it only turns out how. */
async function again(benches: Benches, lost: ControlFault): Promise<Loss> {
  const lostAgain = await controlFault(benches.lab('control'));
  if (lostAgain) return { ...lostAgain, chance: false };
  return {
    ...lost,
    reason: flaky('a good token', `was ${lost.exchange.response.status} once`),
    chance: true,
  };
}
