import type { Options } from 'k6/options';
import { FACTS, planOf, virtualUsers, waitForStart } from './plan.ts';
import { sendMeasured } from './requests.ts';
import { number } from './settings.ts';
import { goodTokens, next } from './tokens.ts';

const highest = number('RATE', 2000);
const seconds = number('DURATION', 60);
const steps = number('STEPS', 10);

/** The rate goes up in STEPS equal steps to RATE and stays on each; the last one on which all limits were kept is the answer. */
export const options: Options = planOf(
  {
    breakpoint: {
      executor: 'ramping-arrival-rate',
      exec: 'climb',
      startRate: Math.round(highest / steps),
      timeUnit: '1s',
      stages: Array.from({ length: steps }, (_, step) => Math.round((highest * (step + 1)) / steps)).flatMap(
        (target) => [
          { target, duration: '0s' },
          { target, duration: `${seconds / steps}s` },
        ],
      ),
      gracefulStop: '11s',
      ...virtualUsers(highest),
    },
  },
  {
    ...Object.fromEntries(Object.keys(FACTS).map((fact) => [fact, abortingAt('count==0')])),
    dropped_iterations: abortingAt('count==0'),
    verification: abortingAt(`p(99)<${number('VERIFICATION_P99', 10)}`),
  },
);

const good = goodTokens();

export const setup = waitForStart;

export function climb(): void {
  sendMeasured(next(good).token, 'good');
}

function abortingAt(
  threshold: string,
): { threshold: string; abortOnFail: boolean; delayAbortEval: string }[] {
  return [{ threshold, abortOnFail: true, delayAbortEval: '5s' }];
}
