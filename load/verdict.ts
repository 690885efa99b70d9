import type { GeneratorResult, ScenarioResult, ThresholdResult, Verdict } from './model.ts';
import { isLatency } from './thresholds.ts';

/** From here on a generator measures how long it waits for a core rather than how long the backend takes. */
const STARVED = 0.5;

type Judged = Pick<ScenarioResult, 'verdict' | 'reason'>;

/**
 * What a scenario is worth. Facts count however they were come by: a bad token that was accepted was accepted. A latency
 * counts only where all requests were sent when they were due, and a slow one only where the generator had a core to
 * measure it with.
 *
 * @param fault what went wrong with the run itself
 */
export function verdictOf(
  thresholds: readonly ThresholdResult[],
  generator: GeneratorResult,
  fault?: string,
): Judged {
  const failed = thresholds.filter(({ outcome }) => outcome === 'fail');
  if (failed.some(({ name }) => !isLatency(name))) return { verdict: 'fail' };
  if (fault !== undefined) return { verdict: 'invalid', reason: fault };
  const { dropped, waitShare = 0 } = generator;
  const starved = waitShare > STARVED;
  const share = `${Math.round(waitShare * 100)} %`;
  if (starved && failed.length > 0) {
    return {
      verdict: 'invalid',
      reason: `the generator waited for a core ${share} of its time, so a latency beyond its limit may be its own; give it cores of its own, or a lower --rate`,
    };
  }
  if (dropped > 0 && failed.length === 0) {
    return {
      verdict: 'invalid',
      reason: `k6 dropped ${dropped} iterations: every virtual user was still waiting, so the rate was lower than asked for and the slowest answers are missing${starved ? ` (it waited for a core ${share} of its time)` : ''}; use a lower --rate`,
    };
  }
  if (failed.length > 0) return { verdict: 'fail' };
  const unmeasured = thresholds.filter(({ outcome }) => outcome === 'not-measured');
  if (unmeasured.length === 0) return { verdict: 'pass' };
  const names = unmeasured.map(({ name }) => name).join(', ');
  return {
    verdict: 'invalid',
    reason: `nothing was measured for ${names}; leave it out with --threshold ${unmeasured[0]?.name ?? ''}=off if that is meant`,
  };
}

/** The worst of all; a failure outweighs a run that could not be judged. */
export function overall(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('fail')) return 'fail';
  return verdicts.includes('invalid') || verdicts.length === 0 ? 'invalid' : 'pass';
}

/** 0 all thresholds were kept; 1 the backend falls short; 3 the run is no verdict. */
export function exitCode(verdict: Verdict): 0 | 1 | 3 {
  return ({ pass: 0, fail: 1, invalid: 3 } as const)[verdict];
}
