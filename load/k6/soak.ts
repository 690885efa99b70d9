import type { Options } from 'k6/options';
import { constantRate, FACTS, planOf, verificationWithin } from './plan.ts';
import { number } from './settings.ts';

/** An ordinary day, for long: what grows or slows down with time shows. */
export { setup, steady } from './steady.ts';

export const options: Options = planOf(
  { soak: constantRate('steady', number('RATE', 50), number('DURATION', 600)) },
  { ...FACTS, ...verificationWithin() },
);
