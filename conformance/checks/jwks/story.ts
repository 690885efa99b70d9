import { setTimeout as pause } from 'node:timers/promises';
import { putBack } from '../../bench-pool.ts';
import { NeedsStart, NotTestable } from '../../finding.ts';
import { TargetError } from '../../http/index.ts';
import type { BenchOptions, Check, Finding, Lab, OwnBench } from '../../model.ts';
import { labOn } from '../lab-on.ts';
import { sendControl } from '../probes.ts';

export interface StoryOptions extends BenchOptions {
  /** Needs a fresh backend, so that one which runs already cannot be judged. */
  readonly fresh?: boolean;
  /** Worth a cool-down of any length, see `Check`. */
  readonly vital?: boolean;
}

/** Stories that leave the ring as it is. */
export const STEADY: StoryOptions = { warm: true, cooldown: 1 };
/** Stories that change the ring, told apart from those that leave it alone: what one does must not spoil another kind. */
export const CHANGING: StoryOptions = { warm: true, cacheTtl: 3600, cooldown: 1 };
/** Stories in which the time to live of the key set ends. */
export const AGING: StoryOptions = { warm: true, cacheTtl: 1, cooldown: 1 };
/** Stories of a key set that cannot be had. */
export const OUTAGE: StoryOptions = { warm: true, cooldown: 1, env: { JWKS_TIMEOUT: '1' } };

/** A story that took longer, in seconds, is not told again: together they would outlast the time that a check has. */
const LONGEST_STORY = 45;
/** The longest time to live, in seconds, that a run can wait for on a backend it did not start. */
const LONGEST_TTL = 10;
/** The longest cool-down, in seconds, that a run can wait for there in each of its stories. */
export const LONGEST_COOLDOWN = 5;

/**
 * A check that does something to the keys or to their endpoint: on a backend of its own, whose times are short, or on
 * one that runs already where the times it has will do. A good token must pass before the story begins.
 */
export function keyStory(id: string, options: StoryOptions, tell: (lab: Lab) => Promise<Finding>): Check {
  const { vital = false } = options;
  return { id, runs: 'own', vital, run: (lab) => confirmed(lab, options, tell) };
}

/**
 * What a story on a borrowed backend finds, told anew on a fresh one where it does not pass: a broken backend may have
 * been left by the story before in a state that a good token does not show.
 */
async function confirmed(
  lab: Lab,
  { warm = false, ...options }: StoryOptions,
  tell: (lab: Lab) => Promise<Finding>,
): Promise<Finding> {
  const bench = await benchFor(lab, { warm, ...options });
  if (bench === undefined || !warm) return tellOn(lab, bench, tell);
  const started = Date.now();
  const tooLong = (): boolean => Date.now() - started > LONGEST_STORY * 1000;
  try {
    const finding = await tellOn(lab, bench, tell);
    if (isSettled(finding.outcome) || tooLong()) return finding;
  } catch (error) {
    if (!(error instanceof NotTestable || error instanceof TargetError) || tooLong()) throw error;
  }
  return onStoryBench(lab, options, tell);
}

/** Tells a story on such a backend, once a good token has passed. */
export async function onStoryBench<Result>(
  lab: Lab,
  options: StoryOptions,
  tell: (lab: Lab) => Promise<Result>,
): Promise<Result> {
  return tellOn(lab, await benchFor(lab, options), tell);
}

async function tellOn<Result>(
  lab: Lab,
  bench: OwnBench | undefined,
  tell: (lab: Lab) => Promise<Result>,
): Promise<Result> {
  let outcome: unknown;
  try {
    const own = bench ? labOn(lab, bench) : lab;
    await sendControl(own, own.operations.primary);
    const result = await tell(own);
    outcome = (result as Partial<Finding> | undefined)?.outcome;
    return result;
  } finally {
    if (bench === undefined) await putBack(lab.idp);
    else if (bench.discard !== undefined && !isSettled(outcome)) await bench.discard();
    else await bench[Symbol.asyncDispose]();
  }
}

/** Whether nothing speaks against going on with a backend on which a story came to this. */
function isSettled(outcome: unknown): boolean {
  return outcome === 'pass' || outcome === 'not-applicable';
}

/** `undefined`: the backend that runs already will do. */
async function benchFor(
  lab: Lab,
  { fresh = false, vital = false, ...options }: StoryOptions,
): Promise<OwnBench | undefined> {
  try {
    return await lab.bench(options);
  } catch (error) {
    if (!(error instanceof NotTestable) || fresh) throw error;
    const mustAge = (options.cacheTtl ?? Infinity) <= LONGEST_TTL;
    if (mustAge && (lab.cacheTtl ?? Infinity) > LONGEST_TTL) throw new NeedsStart(TOO_LONG_TO_AGE);
    if (!mustAge && !vital && lab.refetchesLate) throw new NeedsStart(TOO_LONG_TO_REFETCH);
    return undefined;
  }
}

const REMEDY =
  'start it with JWKS_CACHE_TTL=2 JWKS_COOLDOWN=1 and say so (--cache-ttl 2 --cooldown 1), or let the suite start it (--start "<command>")';
const TOO_LONG_TO_AGE = `the keys must grow old meanwhile, and the backend runs already with a time to live of more than ${LONGEST_TTL} s, or one that nobody said: ${REMEDY}`;
const TOO_LONG_TO_REFETCH = `the key set must be fetched meanwhile, and the backend runs already with a cool-down of more than ${LONGEST_COOLDOWN} s, too long to be waited for again and again: ${REMEDY}`;

/** Waits for a moment, in milliseconds since the epoch: that time passes is what the story is about. */
export async function reach(moment: number): Promise<void> {
  await pause(Math.max(0, moment - Date.now()));
}

/** Tries again until the result is as wanted, or the seconds are over; the last result, and how many it took. */
export async function retry<Result>(
  seconds: number,
  attempt: () => Promise<Result>,
  wanted: (result: Result) => boolean,
): Promise<{ readonly result: Result; readonly attempts: number }> {
  const deadline = Date.now() + seconds * 1000;
  for (let attempts = 1; ; attempts += 1) {
    const result = await attempt();
    if (wanted(result) || Date.now() >= deadline) return { result, attempts };
    await pause(RETRY_MS);
  }
}

const RETRY_MS = 50;
