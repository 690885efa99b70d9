import type { Measurements } from './measurements.ts';
import type { Plan } from './plan.ts';
import { STEPS } from './scenarios.ts';
import { limitOf, type Limits } from './thresholds.ts';

interface Step {
  readonly rate: number;
  /** Seconds from the start, the last exclusive. */
  readonly from: number;
  readonly to: number;
}

const POLL_MS = 500;
/** A step is left out of what is measured for as long as it takes to get going. */
const SETTLING_S = 1;

/** The steps of a climb to the rate of the plan. */
export function stepsOf({ rate, seconds }: Plan): readonly Step[] {
  const length = seconds / STEPS;
  return Array.from({ length: STEPS }, (_, step) => ({
    rate: Math.round((rate * (step + 1)) / STEPS),
    from: step * length,
    to: (step + 1) * length,
  }));
}

/** The highest rate at which every limit was kept, and why it was not a higher one. */
export function heldRate(
  measurements: Measurements,
  plan: Plan,
  limits: Limits,
): { readonly rate: number; readonly reason: string } {
  let held = 0;
  for (const step of stepsOf(plan)) {
    const broken = brokenBy(step, measurements, plan, limits);
    if (broken !== undefined) return { rate: held, reason: `at ${step.rate} requests/s ${broken}` };
    held = step.rate;
  }
  return { rate: held, reason: `no limit broke at the highest rate tried; try a higher --rate` };
}

/** Calls `stop` as soon as a step that is over has broken a limit. */
export function watchSteps(
  measurements: Measurements,
  plan: Plan,
  limits: Limits,
  stop: () => void,
): { readonly end: () => void } {
  const timer = setInterval(() => {
    const last = measurements.lastSecond;
    // The samples of a second come up to a second after it.
    const over = stepsOf(plan).filter(({ to }) => to + 2 <= last);
    if (over.some((step) => brokenBy(step, measurements, plan, limits) !== undefined)) {
      clearInterval(timer);
      stop();
    }
  }, POLL_MS);
  return {
    end: () => {
      clearInterval(timer);
    },
  };
}

function brokenBy(step: Step, measurements: Measurements, plan: Plan, limits: Limits): string | undefined {
  const { count, failed, dropped, verificationP99Ms } = measurements.between(
    step.to - step.from > 2 * SETTLING_S ? step.from + SETTLING_S : step.from,
    step.to,
  );
  const limit = limitOf('verification-p99', plan, limits);
  if (count === 0) return 'no request was answered';
  if (failed > 0) return `${failed} good tokens were not accepted`;
  if (verificationP99Ms >= limit)
    return `verification took ${verificationP99Ms} ms at p99, the limit being ${limit} ms`;
  if (dropped > 0) return `k6 dropped ${dropped} iterations: it, or the backend, could not keep the rate`;
  return undefined;
}
