import exec from 'k6/execution';
import type { Options } from 'k6/options';
import { constantRate, FACTS, planOf, verificationWithin, waitForStart } from './plan.ts';
import { sendMeasured } from './requests.ts';
import { number } from './settings.ts';
import { goodTokens, next, nth } from './tokens.ts';

/** An ordinary day: every second request with a token of its own, the others with the one token everybody sends. */
export const options: Options = planOf(
  { steady: constantRate('steady', number('RATE', 100), number('DURATION', 30)) },
  { ...FACTS, ...verificationWithin() },
);

const good = goodTokens();

export const setup = waitForStart;

export function steady(): void {
  if (exec.scenario.iterationInTest % 2 === 0) sendMeasured(next(good).token, 'good');
  else sendMeasured(nth(good, 0).token, 'hot');
}
