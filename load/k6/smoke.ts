import exec from 'k6/execution';
import type { Options } from 'k6/options';
import { constantRate, FACTS, planOf, waitForStart } from './plan.ts';
import { sendBad, sendGood, sendNothing } from './requests.ts';
import { number } from './settings.ts';
import { badTokens, goodTokens, nth } from './tokens.ts';

/** Is it worth going on? Good tokens, every kind of bad one, and none, a few of each. */
export const options: Options = planOf(
  { smoke: constantRate('smoke', number('RATE', 40), number('DURATION', 5)) },
  FACTS,
);

const good = goodTokens();
const bad = badTokens();

export const setup = waitForStart;

export function smoke(): void {
  const turn = exec.scenario.iterationInTest;
  if (turn % 2 === 0) sendGood(nth(good, turn / 2).token);
  else if (turn % 20 === 1 || bad.length === 0) sendNothing();
  else {
    const { token, forgery } = nth(bad, (turn - 1) / 2);
    sendBad(token, forgery);
  }
}
