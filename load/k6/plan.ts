import { sleep } from 'k6';
import type { Options, Scenario, Threshold } from 'k6/options';
import { number, START_AT } from './settings.ts';

/**
 * Options of a script. Arrival rates throughout: a backend that slows down gets no fewer requests for it, and those that
 * could not be sent are counted as dropped. No iteration may be dropped, else the latencies are those of a lighter load.
 */
export function planOf(
  scenarios: Record<string, Scenario>,
  thresholds: Record<string, Threshold[]> = {},
): Options {
  return {
    scenarios,
    thresholds: { dropped_iterations: ['count==0'], ...thresholds },
    // Few columns and no series per URL; tokens never become tags.
    systemTags: ['scenario', 'status', 'error_code', 'name'],
    summaryTrendStats: ['avg', 'min', 'med', 'p(95)', 'p(99)', 'max'],
    discardResponseBodies: true,
    noCookiesReset: true,
    setupTimeout: '120s',
  };
}

/** `count` per second for `seconds`, with room for answers that take a second. */
export function constantRate(exec: string, count: number, seconds: number, startTime: number = 0): Scenario {
  return {
    executor: 'constant-arrival-rate',
    ...{ exec, rate: count, timeUnit: '1s', duration: `${seconds}s`, startTime: `${startTime}s` },
    gracefulStop: '11s',
    ...virtualUsers(count),
  };
}

/** They are made before the start: one that is made in mid-test comes too late. */
export function virtualUsers(rate: number): { preAllocatedVUs: number; maxVUs: number } {
  return { preAllocatedVUs: Math.max(30, Math.ceil(rate / 2)), maxVUs: Math.max(100, Math.ceil(rate * 2)) };
}

/** What no run may break; the limits are those of `gateproof load`. */
export const FACTS: Record<string, Threshold[]> = {
  good_refused: ['count==0'],
  bad_accepted: ['count==0'],
  bad_failed: ['count==0'],
};

export function verificationWithin(): Record<string, Threshold[]> {
  return { verification: [`p(99)<${number('VERIFICATION_P99', 10)}`] };
}

/** Every instance begins at one instant, which whoever disturbs the issuer knows too. */
export function waitForStart(): { readonly startedAt: number } {
  const wait = START_AT - Date.now();
  if (wait > 0) sleep(wait / 1000);
  return { startedAt: START_AT > 0 ? START_AT : Date.now() };
}
