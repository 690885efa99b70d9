import encoding from 'k6/encoding';
import exec from 'k6/execution';
import type { Options } from 'k6/options';
import { constantRate, FACTS, planOf, waitForStart } from './plan.ts';
import { sendBad, sendGood } from './requests.ts';
import { number } from './settings.ts';
import { goodTokens, next, nth } from './tokens.ts';

const rate = number('RATE', 50);
const seconds = number('DURATION', 15);
const calmSeconds = Math.max(1, Math.floor(seconds / 3));

/** Good tokens all the time, joined after a third of it by twice as many that name a key nobody has ever had. */
export const options: Options = planOf(
  {
    calm: constantRate('calm', rate, calmSeconds),
    good: constantRate('good', rate, seconds - calmSeconds, calmSeconds),
    flood: constantRate('flood', number('FLOOD_RATE', rate * 2), seconds - calmSeconds, calmSeconds),
  },
  FACTS,
);

const tokens = goodTokens();

export const setup = waitForStart;

export function calm(): void {
  sendGood(next(tokens).token, 'calm');
}

export function good(): void {
  sendGood(next(tokens).token);
}

/** Another kid each time. The signature need not be made anew: nobody can have the key to check it with. */
export function flood(): void {
  const turn = exec.scenario.iterationInTest;
  const header = JSON.stringify({ alg: 'RS256', typ: 'JWT', kid: `unknown-${Date.now()}-${turn}` });
  const [, payload, signature] = nth(tokens, turn).token.split('.');
  sendBad(`${encoding.b64encode(header, 'rawurl')}.${payload}.${signature}`, 'unknown-kid');
}
