import { describe, expect, test } from 'vitest';
import { Measurements } from './measurements.ts';
import type { ThresholdResult } from './model.ts';
import type { Sample } from './samples.ts';
import type { ScenarioName } from './plan.ts';
import { planOf, SCENARIOS } from './scenarios.ts';
import { samples } from './testing/samples.ts';
import { type Figures, judge, type Limits } from './thresholds.ts';
import { exitCode, overall, verdictOf } from './verdict.ts';

function figures(name: ScenarioName, all: readonly Sample[], rest: Partial<Figures> = {}): Figures {
  const measurements = new Measurements(0);
  for (const each of all) measurements.add(each);
  return { plan: planOf(name, true), measurements, jwksFetches: 0, sessionCalls: 0, rotations: 0, ...rest };
}

function outcomes(figuresOf: Figures, limits?: Limits): Readonly<Record<string, string>> {
  return Object.fromEntries(
    judge(SCENARIOS[figuresOf.plan.name].thresholds, figuresOf, limits).map(({ name, outcome }) => [
      name,
      outcome,
    ]),
  );
}

const verified = samples(1000, { metric: 'verification', value: 0.2, source: 'server-timing' });
const day = [...samples(1000), ...verified];

describe('thresholds', () => {
  test('are kept by a good run', () => {
    expect(outcomes(figures('steady', day))).toEqual({
      'good-refused': 'pass',
      'session-calls': 'pass',
      'verification-p99': 'pass',
      'jwks-hit-rate': 'pass',
    });
  });

  test.each<[string, Figures]>([
    ['good-refused', figures('steady', [...day, ...samples(1, { status: 401 })])],
    ['session-calls', figures('steady', day, { sessionCalls: 1 })],
    ['jwks-hit-rate', figures('steady', day, { jwksFetches: 12 })],
    [
      'verification-p99',
      figures('steady', [...samples(100), ...samples(2, { metric: 'verification', value: 15 })]),
    ],
    ['bad-accepted', figures('refused', [...day, ...samples(1, { kind: 'bad', forgery: 'exp-past' })])],
    ['bad-failed', figures('refused', [...day, ...samples(1, { kind: 'bad', forgery: 'x', status: 500 })])],
    [
      'refused-cost',
      figures('refused', [
        ...samples(99, { value: 3 }),
        ...samples(99, { kind: 'bad', value: 9, status: 401 }),
      ]),
    ],
    ['rotations', figures('rotation', day)],
    ['jwks-fetches', figures('unknown-kid', day, { jwksFetches: 40 })],
    [
      'flood-cost',
      figures('unknown-kid', [...samples(99, { value: 90 }), ...samples(99, { kind: 'calm', value: 9 })]),
    ],
    ['refresh-p95', figures('refresh', [...day, ...samples(9, { kind: 'refresh', value: 200 })])],
    ['refresh-failed', figures('refresh', [...day, ...samples(1, { kind: 'sign-in', status: 401 })])],
    ['held-rate', figures('breakpoint', day, { heldRate: 0 })],
    [
      'drift',
      figures(
        'soak',
        [0, 1, 2, 3].flatMap((second) => samples(9, { at: second * 1000, value: 3 + second })),
      ),
    ],
  ])('%s breaks where it must', (name, broken) => {
    expect(outcomes(broken)[name]).toBe('fail');
  });

  test('are not measured where nothing was sent', () => {
    expect(outcomes(figures('refused', []))).toMatchObject({
      'good-refused': 'not-measured',
      'bad-accepted': 'not-measured',
    });
  });

  test('have other limits where others are given, and are left out where they are off', () => {
    expect(outcomes(figures('steady', day), { 'verification-p99': 0.1, 'jwks-hit-rate': 'off' })).toEqual({
      'good-refused': 'pass',
      'session-calls': 'pass',
      'verification-p99': 'fail',
    });
  });

  test('a fetch per rotation is due; one per request is not', () => {
    const rotated = { rotations: 4, jwksFetches: 4 };
    expect(outcomes(figures('rotation', samples(100), rotated))['jwks-hit-rate']).toBe('pass');
    expect(outcomes(figures('rotation', samples(100), { ...rotated, jwksFetches: 9 }))['jwks-hit-rate']).toBe(
      'fail',
    );
  });
});

test('what the unknown keys of bad tokens may cost is due, and more is not', () => {
  const refused = [...samples(100), ...samples(100, { kind: 'bad', forgery: 'kid-unknown', status: 401 })];
  // Three at once and one per cool-down, and the regular refresh.
  expect(outcomes(figures('refused', refused, { jwksFetches: 5 }))['jwks-hit-rate']).toBe('pass');
  expect(outcomes(figures('refused', refused, { jwksFetches: 6 }))['jwks-hit-rate']).toBe('fail');
});

describe('the verdict', () => {
  const threshold = (name: string, outcome: ThresholdResult['outcome']): ThresholdResult => ({
    ...{ name, title: '', unit: '', bound: 'most', limit: 0, outcome },
  });
  const kept = [threshold('good-refused', 'pass'), threshold('verification-p99', 'pass')];
  const slow = [threshold('good-refused', 'pass'), threshold('verification-p99', 'fail')];
  const accepting = [threshold('bad-accepted', 'fail')];

  test.each<
    [string, readonly ThresholdResult[], Parameters<typeof verdictOf>[1], string | undefined, string]
  >([
    ['all limits were kept', kept, { dropped: 0 }, undefined, 'pass'],
    [
      'they were kept though the generator was short of cores',
      kept,
      { dropped: 0, waitShare: 0.9 },
      undefined,
      'pass',
    ],
    ['a latency is beyond its limit', slow, { dropped: 0, waitShare: 0.1 }, undefined, 'fail'],
    ['it is so where it cannot be known what the generator got', slow, { dropped: 0 }, undefined, 'fail'],
    ['it may be the wait of the generator', slow, { dropped: 0, waitShare: 0.9 }, undefined, 'invalid'],
    ['the slowest answers are missing', kept, { dropped: 1, waitShare: 0.1 }, undefined, 'invalid'],
    ['the backend is too slow for the rate', slow, { dropped: 9, waitShare: 0.1 }, undefined, 'fail'],
    [
      'a bad token was accepted, whatever the generator',
      accepting,
      { dropped: 9, waitShare: 0.9 },
      'k6 crashed',
      'fail',
    ],
    ['k6 crashed', kept, { dropped: 0 }, 'k6 crashed', 'invalid'],
    ['nothing was measured', [threshold('drift', 'not-measured')], { dropped: 0 }, undefined, 'invalid'],
  ])('%s', (_, thresholds, generator, fault, verdict) => {
    const judged = verdictOf(thresholds, generator, fault);
    expect(judged.verdict).toBe(verdict);
    expect(judged.reason !== undefined).toBe(verdict === 'invalid');
  });

  test('of several is the worst, and a run of nothing is none', () => {
    expect(overall(['pass', 'invalid', 'fail'])).toBe('fail');
    expect(overall(['pass', 'invalid'])).toBe('invalid');
    expect(overall(['pass'])).toBe('pass');
    expect(overall([])).toBe('invalid');
    expect((['pass', 'fail', 'invalid'] as const).map(exitCode)).toEqual([0, 1, 3]);
  });
});
