import exec from 'k6/execution';
import type { Options } from 'k6/options';
import { constantRate, FACTS, planOf, waitForStart } from './plan.ts';
import { sendGood } from './requests.ts';
import { number } from './settings.ts';
import { goodTokens, nth } from './tokens.ts';

/**
 * The issuer changes keys every ROTATE_EVERY seconds, ROTATIONS times, and every token that was good stays so. The pool
 * has the tokens of every key to come; whoever rotates the issuer publishes key n at START_AT + n * ROTATE_EVERY.
 */
export const options: Options = planOf(
  { rotation: constantRate('rotation', number('RATE', 100), number('DURATION', 15)) },
  FACTS,
);

const every = number('ROTATE_EVERY', 4) * 1000;
const rotations = number('ROTATIONS', 0);
/** How long a new key is published before its tokens come: whoever rotates may be so late. */
const PUBLISHED_BEFORE_MS = 1000;
const generations = Array.from({ length: rotations + 1 }, (_, generation) => goodTokens(generation));

export const setup = waitForStart;

export function rotation({ startedAt }: ReturnType<typeof setup>): void {
  const newest = Math.floor((Date.now() - startedAt - PUBLISHED_BEFORE_MS) / every);
  const turn = exec.scenario.iterationInTest;
  // Every fourth is of an older key, which is still published.
  const generation = Math.max(0, Math.min(newest, rotations) - (turn % 4 === 3 ? 1 : 0));
  sendGood(nth(generations[generation] ?? [], turn).token);
}
