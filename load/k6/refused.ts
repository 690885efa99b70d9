import exec from 'k6/execution';
import type { Options } from 'k6/options';
import { constantRate, FACTS, planOf, waitForStart } from './plan.ts';
import { sendBad, sendGood } from './requests.ts';
import { number } from './settings.ts';
import { badTokens, goodTokens, nth } from './tokens.ts';

/** As many bad tokens as good ones, of every kind in turn: refusing must cost no more than accepting. */
export const options: Options = planOf(
  { refused: constantRate('refused', number('RATE', 100), number('DURATION', 15)) },
  FACTS,
);

const good = goodTokens();
const bad = badTokens();

export const setup = waitForStart;

export function refused(): void {
  const turn = Math.floor(exec.scenario.iterationInTest / 2);
  if (exec.scenario.iterationInTest % 2 === 0) sendGood(nth(good, turn).token);
  else {
    const { token, forgery } = nth(bad, turn);
    sendBad(token, forgery);
  }
}
