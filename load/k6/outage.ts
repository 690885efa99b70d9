import type { Options } from 'k6/options';
import { constantRate, FACTS, planOf, waitForStart } from './plan.ts';
import { sendGood } from './requests.ts';
import { number } from './settings.ts';
import { goodTokens, next } from './tokens.ts';

/** Good tokens only, while whoever commands the issuer breaks its key set: none may be refused for it. */
export const options: Options = planOf(
  { outage: constantRate('outage', number('RATE', 100), number('DURATION', 15)) },
  FACTS,
);

const good = goodTokens();

export const setup = waitForStart;

export function outage(): void {
  sendGood(next(good).token);
}
