import exec from 'k6/execution';
import type { Options } from 'k6/options';
import { constantRate, FACTS, planOf, waitForStart } from './plan.ts';
import { sendBad, sendGood, sendNothing } from './requests.ts';
import { number } from './settings.ts';
import { badTokens, goodTokens, next } from './tokens.ts';

const rate = number('RATE', 60);
const seconds = number('DURATION', 5);
const goodRate = Math.ceil(rate / 4);

/** Is it worth going on? A few good tokens, every kind of bad one, and requests without any. */
export const options: Options = planOf(
  {
    good: constantRate('good', goodRate, seconds),
    bad: constantRate('bad', Math.max(1, rate - goodRate), seconds),
  },
  FACTS,
);

const goods = goodTokens();
const bads = badTokens();

export const setup = waitForStart;

export function good(): void {
  sendGood(next(goods).token);
}

export function bad(): void {
  if (bads.length > 0) {
    const { token, forgery } = next(bads);
    sendBad(token, forgery);
  }
  if (bads.length === 0 || exec.scenario.iterationInTest % 10 === 0) sendNothing();
}
