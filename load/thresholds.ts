import type { Measurements } from './measurements.ts';
import type { ThresholdResult } from './model.ts';
import type { Plan } from './plan.ts';

/** What is known after a run. */
export interface Figures {
  readonly plan: Plan;
  readonly measurements: Measurements;
  /** From the issuer's journal; absent where nobody could read it. */
  readonly jwksFetches?: number;
  /** Calls of the backend to session, introspection and userinfo endpoints. */
  readonly sessionCalls?: number;
  readonly rotations: number;
  readonly heldRate?: number;
}

interface Rule {
  readonly title: string;
  readonly unit: string;
  readonly bound: ThresholdResult['bound'];
  readonly limit: number | ((plan: Plan) => number);
  /** A latency says nothing where the generator had no core to measure it with; a fact stays one. */
  readonly about: 'fact' | 'latency';
  /** `undefined` where nothing was measured. */
  readonly observe: (figures: Figures) => number | undefined;
}

/** A few microseconds more on a fast answer are no cost. */
const LEAST_COMPARED_MS = 2;

const RULES = {
  'good-refused': {
    ...{
      title: 'good tokens that were not accepted',
      unit: 'requests',
      bound: 'most',
      limit: 0,
      about: 'fact',
    },
    observe: ({ measurements }) => orNothing(measurements.good().sent, measurements.good().refused),
  },
  'bad-accepted': {
    ...{ title: 'bad tokens that were accepted', unit: 'requests', bound: 'most', limit: 0, about: 'fact' },
    observe: ({ measurements }) => orNothing(measurements.bad().sent, measurements.bad().accepted),
  },
  'bad-failed': {
    ...{ title: 'bad tokens answered by an error, or not at all', unit: 'requests', bound: 'most', limit: 0 },
    about: 'fact',
    observe: ({ measurements }) => orNothing(measurements.bad().sent, measurements.bad().failed),
  },
  'session-calls': {
    ...{ title: 'session, introspection and userinfo calls', unit: 'calls', bound: 'most', limit: 0 },
    about: 'fact',
    observe: ({ sessionCalls }) => sessionCalls,
  },
  'jwks-hit-rate': {
    ...{
      title: 'good tokens verified without a fetch that was not due',
      unit: '%',
      bound: 'above',
      limit: 99,
    },
    about: 'fact',
    observe: ({ plan, measurements, jwksFetches, rotations }) => {
      const { sent } = measurements.good();
      // Else a short run could not pass however good its cache: one per new key, the regular refresh, and where bad tokens
      // are sent, what their unknown keys may cost.
      const unknown = measurements.bad().sent > 0 ? lookUps(plan) : 0;
      const due = plan.replicas * (rotations + Math.ceil(plan.seconds / plan.cacheTtl) + unknown);
      return sent === 0 || jwksFetches === undefined
        ? undefined
        : 100 * (1 - Math.max(0, jwksFetches - due) / sent);
    },
  },
  'jwks-fetches': {
    ...{ title: 'fetches of the key set', unit: 'fetches', bound: 'most', about: 'fact' },
    limit: (plan) => plan.replicas * (lookUps(plan) + Math.ceil(plan.seconds / plan.cacheTtl)),
    observe: ({ jwksFetches }) => jwksFetches,
  },
  'verification-p99': {
    ...{ title: 'verification, 99th percentile', unit: 'ms', bound: 'below', limit: 10, about: 'latency' },
    observe: ({ measurements }) => measurements.verification()?.latencyMs.p99,
  },
  'refused-cost': {
    ...{
      title: 'p95 of refusing over p95 of accepting',
      unit: '×',
      bound: 'most',
      limit: 1.5,
      about: 'latency',
    },
    observe: ({ measurements }) => ratio(measurements, 'bad', 'good', 95),
  },
  'flood-cost': {
    ...{ title: 'p99 of good tokens in the flood over before', unit: '×', bound: 'most', limit: 2 },
    about: 'latency',
    observe: ({ measurements }) => ratio(measurements, 'good', 'calm', 99),
  },
  rotations: {
    ...{ title: 'changes of keys the tokens went through', unit: 'rotations', bound: 'above', limit: 0 },
    about: 'fact',
    observe: ({ rotations }) => rotations,
  },
  'refresh-failed': {
    ...{
      title: 'sign-ins and refreshes that failed',
      unit: 'requests',
      bound: 'most',
      limit: 0,
      about: 'fact',
    },
    observe: ({ measurements }) => {
      const asked = measurements.requests().filter(({ kind }) => kind === 'refresh' || kind === 'sign-in');
      const count = asked.reduce((total, { failed }) => total + failed, 0);
      return asked.length === 0 ? undefined : count;
    },
  },
  'refresh-p95': {
    ...{ title: 'refresh, 95th percentile', unit: 'ms', bound: 'below', limit: 200, about: 'latency' },
    observe: ({ measurements }) => measurements.latencies('refresh')?.percentile(95),
  },
  drift: {
    ...{ title: 'median latency of the last quarter over the first', unit: '×', bound: 'most', limit: 1.5 },
    about: 'latency',
    observe: ({ measurements }) => driftOf(measurements.seconds().map(({ p50Ms }) => p50Ms)),
  },
  'held-rate': {
    ...{ title: 'highest rate at which every limit was kept', unit: 'requests/s', bound: 'above', limit: 0 },
    about: 'latency',
    observe: ({ heldRate }) => heldRate,
  },
} as const satisfies Readonly<Record<string, Rule>>;

export type ThresholdName = keyof typeof RULES;

export const THRESHOLD_NAMES: readonly ThresholdName[] = Object.keys(RULES) as ThresholdName[];

/** Other limits than ours; `off` leaves a threshold out. */
export type Limits = Readonly<Partial<Record<ThresholdName, number | 'off'>>>;

export function limitOf(name: ThresholdName, plan: Plan, limits: Limits): number {
  const rule: Rule = RULES[name];
  const limit = limits[name] ?? rule.limit;
  if (limit === 'off') return Number.POSITIVE_INFINITY;
  return typeof limit === 'number' ? limit : limit(plan);
}

/** The thresholds of these names, measured. */
export function judge(
  names: readonly ThresholdName[],
  figures: Figures,
  limits: Limits = {},
): readonly ThresholdResult[] {
  const { plan } = figures;
  return names
    .filter((name) => limits[name] !== 'off')
    .map((name) => {
      const { title, unit, bound, observe }: Rule = RULES[name];
      const limit = limitOf(name, plan, limits);
      const observed = observe(figures);
      if (observed === undefined) return { name, title, unit, bound, limit, outcome: 'not-measured' };
      const outcome = isKept(observed, bound, limit) ? 'pass' : 'fail';
      return { name, title, unit, bound, limit, observed, outcome };
    });
}

export function isLatency(name: string): boolean {
  return name in RULES && RULES[name as ThresholdName].about === 'latency';
}

/** Fetches that unknown keys may lead to: a small bucket at once, then one per cool-down. */
function lookUps({ seconds, cooldown }: Plan): number {
  return 3 + Math.ceil(seconds / cooldown);
}

function isKept(observed: number, bound: ThresholdResult['bound'], limit: number): boolean {
  if (bound === 'most') return observed <= limit;
  return bound === 'below' ? observed < limit : observed > limit;
}

function orNothing(sent: number, observed: number): number | undefined {
  return sent === 0 ? undefined : observed;
}

function ratio(measurements: Measurements, of: string, over: string, percent: number): number | undefined {
  const [above, below] = [measurements.latencies(of), measurements.latencies(over)];
  if (above === undefined || below === undefined) return undefined;
  const least = (ms: number): number => Math.max(ms, LEAST_COMPARED_MS);
  return round(least(above.percentile(percent)) / least(below.percentile(percent)));
}

function driftOf(medians: readonly number[]): number | undefined {
  const quarter = Math.floor(medians.length / 4);
  if (quarter === 0) return undefined;
  const middle = (values: readonly number[]): number =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  const [first, last] = [middle(medians.slice(0, quarter)), middle(medians.slice(-quarter))];
  return round(Math.max(last, LEAST_COMPARED_MS) / Math.max(first, LEAST_COMPARED_MS));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
