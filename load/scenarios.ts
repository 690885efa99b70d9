import { LoadError } from './errors.ts';
import type { Plan, PlanOptions, ScenarioName } from './plan.ts';
import type { ThresholdName } from './thresholds.ts';

interface Scenario {
  readonly title: string;
  /** Iterations per second and seconds, unless told otherwise. */
  readonly rate: number;
  readonly seconds: number;
  /** Sends forged tokens. */
  readonly forged?: true;
  /** What a backend that is started for it gets as JWKS_CACHE_TTL and JWKS_COOLDOWN, in seconds. */
  readonly cacheTtl?: number;
  readonly cooldown?: number;
  readonly thresholds: readonly ThresholdName[];
}

const GOOD = ['good-refused', 'session-calls'] as const;
const BAD = ['bad-accepted', 'bad-failed'] as const;

/** What can be put on a backend; load/k6 has a script of the same name for each. */
export const SCENARIOS = {
  smoke: {
    ...{ title: 'good, bad and no tokens, a few of each', rate: 60, seconds: 5, forged: true },
    thresholds: [...GOOD, ...BAD],
  },
  steady: {
    ...{ title: 'an ordinary day: many tokens, and one that everybody sends', rate: 100, seconds: 20 },
    thresholds: [...GOOD, 'verification-p99', 'jwks-hit-rate'],
  },
  refused: {
    ...{ title: 'as many bad tokens as good ones, of every kind', rate: 100, seconds: 15, forged: true },
    thresholds: [...GOOD, ...BAD, 'refused-cost', 'jwks-hit-rate'],
  },
  rotation: {
    ...{ title: 'the issuer changes keys under load', rate: 100, seconds: 15, cooldown: 1 },
    thresholds: [...GOOD, 'rotations', 'jwks-hit-rate'],
  },
  outage: {
    ...{ title: 'the key set cannot be had under load', rate: 100, seconds: 15, cacheTtl: 2, cooldown: 1 },
    thresholds: [...GOOD, 'jwks-fetches'],
  },
  'unknown-kid': {
    ...{ title: 'a flood of tokens that name keys nobody has', rate: 50, seconds: 15 },
    thresholds: [...GOOD, ...BAD, 'jwks-fetches', 'flood-cost'],
  },
  refresh: {
    ...{ title: 'users sign in, refresh, and use what they got', rate: 20, seconds: 15 },
    thresholds: [...GOOD, 'refresh-failed', 'refresh-p95'],
  },
  soak: {
    ...{ title: 'an ordinary day, for long', rate: 50, seconds: 600 },
    thresholds: [...GOOD, 'verification-p99', 'jwks-hit-rate', 'drift'],
  },
  breakpoint: {
    ...{ title: 'more and more requests, until a limit breaks', rate: 1000, seconds: 50 },
    // Tokens refused at the rate that breaks it are its answer.
    thresholds: ['session-calls', 'held-rate'],
  },
} as const satisfies Readonly<Record<ScenarioName, Scenario>>;

export const SCENARIO_NAMES: readonly ScenarioName[] = Object.keys(SCENARIOS) as ScenarioName[];

/** Those that end soon, in an order in which each makes the next worth while. */
export const DEFAULT_SCENARIOS: readonly ScenarioName[] = SCENARIO_NAMES.filter(
  (name) => name !== 'soak' && name !== 'breakpoint',
);

export function planOf(name: ScenarioName, started: boolean, options: PlanOptions = {}): Plan {
  const scenario: Scenario = SCENARIOS[name];
  const own = started ? { cacheTtl: scenario.cacheTtl, cooldown: scenario.cooldown } : options;
  const plan = {
    name,
    rate: options.rate ?? scenario.rate,
    seconds: options.seconds ?? scenario.seconds,
    cacheTtl: own.cacheTtl ?? 3600,
    cooldown: own.cooldown ?? 30,
    replicas: options.replicas ?? 1,
  };
  if (name === 'rotation' && rotationsOf(plan) < 1) {
    throw new LoadError(
      'usage',
      `rotation needs more than ${rotateEvery(plan) + 2} s with a cool-down of ${plan.cooldown} s: give a longer --duration, or start the backend with --start, which gives it a cool-down of 1 s.`,
    );
  }
  return plan;
}

/** No oftener than a backend looks for an unknown key. */
export function rotateEvery({ cooldown }: Plan): number {
  return Math.max(3, cooldown + 2);
}

export function rotationsOf(plan: Plan): number {
  return Math.floor((plan.seconds - 2) / rotateEvery(plan));
}

/** Steps of `breakpoint`. */
export const STEPS = 10;
