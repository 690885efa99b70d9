import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Measurements } from './measurements.ts';
import { sample, samples } from './testing/samples.ts';

describe('measurements', () => {
  test('of several generators are counted together, so that a percentile is that of all and no average of theirs', () => {
    const both = new Measurements(0);
    // One generator has the fast answers, the other one the slow: the average of their p99 would be 50.5.
    for (const each of [...samples(990, { value: 1 }), ...samples(10, { value: 100 })]) both.add(each);
    expect(both.latencies('good')?.percentile(99)).toBeCloseTo(1, 1);
    expect(both.latencies('good')?.percentile(99.1)).toBeCloseTo(100, 0);
  });

  test('hold percentiles to three digits, whatever the latencies', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.01, max: 60_000, noNaN: true }), { minLength: 1 }),
        (values) => {
          const measurements = new Measurements(0);
          for (const value of values) measurements.add(sample({ value }));
          const sorted = values.toSorted((a, b) => a - b);
          const median = sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
          const seen = measurements.latencies('good')?.percentile(50) ?? 0;
          return Math.abs(seen - median) <= median * 0.001 + 0.001;
        },
      ),
    );
  });

  test.each([
    ['good', 200, { refused: 0 }],
    ['good', 401, { refused: 1 }],
    ['hot', 503, { refused: 1 }],
    ['calm', 0, { refused: 1 }],
    ['good', 302, { refused: 1 }],
  ])('a %s token answered by %i', (kind, status, expected) => {
    const measurements = new Measurements(0);
    measurements.add(sample({ kind, status }));
    expect(measurements.good()).toMatchObject({ sent: 1, ...expected });
  });

  test.each([
    [200, { accepted: 1, failed: 1 }],
    [302, { accepted: 1, failed: 1 }],
    [401, { accepted: 0, failed: 0 }],
    [431, { accepted: 0, failed: 0 }],
    [503, { accepted: 0, failed: 0 }],
    [500, { accepted: 0, failed: 1 }],
    [0, { accepted: 0, failed: 1 }],
  ])('a bad token answered by %i', (status, { accepted, failed }) => {
    const measurements = new Measurements(0);
    measurements.add(sample({ kind: 'bad', forgery: 'alg-none', status }));
    expect(measurements.bad()).toEqual({ sent: 1, accepted, failed: accepted > 0 ? 0 : failed });
  });

  test('are sorted into the seconds of the run', () => {
    const measurements = new Measurements(10_000);
    for (const each of samples(3, { at: 10_500, value: 4 })) measurements.add(each);
    measurements.add(sample({ at: 12_000, value: 9, status: 503 }));
    measurements.add(sample({ at: 12_999, value: 2, metric: 'verification', source: 'paired' }));
    measurements.add(sample({ at: 12_000, metric: 'dropped', value: 5 }));
    expect(measurements.seconds()).toEqual([
      { second: 0, count: 3, failed: 0, p50Ms: 4, p99Ms: 4 },
      { second: 2, count: 1, failed: 1, p50Ms: 9, p99Ms: 9, verificationP99Ms: 2 },
    ]);
    expect(measurements.between(1, 3)).toEqual({ count: 1, failed: 1, dropped: 5, verificationP99Ms: 2 });
    expect(measurements.verification()).toMatchObject({ source: 'paired', count: 1 });
  });
});
