import { describe, expect, test } from 'vitest';
import { compareReports } from './compare.ts';
import type { LoadReport, ScenarioResult } from './model.ts';
import { consoleComparison } from './reports/index.ts';
import { reportOf } from './testing/report.ts';

/** A run whose seconds have these 99th percentiles. */
function run(p99s: readonly number[], rest: Partial<ScenarioResult> = {}): LoadReport {
  const timeline = p99s.map((p99Ms, second) => ({ second, count: 100, failed: 0, p50Ms: 1, p99Ms }));
  return reportOf({ timeline, ...rest });
}

const p99Of = (before: LoadReport, after: LoadReport) =>
  compareReports(before, after)[0]?.rows.find(({ name }) => name === 'p99 of a second');

describe('two runs', () => {
  const calm = run([9, 3, 3.2, 2.8, 3, 3.1, 2.9]);

  test('that differ by less than their seconds do are within the noise', () => {
    expect(p99Of(calm, run([9, 2, 6, 3, 1, 4, 3]))).toMatchObject({ outcome: 'within noise' });
  });

  test('that differ by more are slower or faster', () => {
    const slower = run([9, 5, 5.2, 4.8, 5, 5.1, 4.9]);
    expect(p99Of(calm, slower)).toMatchObject({ outcome: 'slower', before: 3, after: 5 });
    expect(p99Of(slower, calm)).toMatchObject({ outcome: 'faster' });
    expect(p99Of(calm, calm)).toMatchObject({ outcome: 'within noise' });
  });

  test('that are not alike say so', () => {
    expect(compareReports(calm, run([1, 1, 1, 1, 1, 1], { rate: 7, verdict: 'invalid' }))[0]?.notes).toEqual([
      'rate differs: 100 and 7',
      'the second run is no verdict',
    ]);
    expect(compareReports(run([1, 2]), calm)[0]).toMatchObject({
      rows: [],
      notes: ['both runs need 5 seconds or more'],
    });
  });

  test('of which the second broke a limit that the first kept say which', () => {
    const failing = run([9, 3, 3, 3, 3, 3, 3], {
      thresholds: [
        { name: 'bad-accepted', title: '', unit: '', bound: 'most', limit: 0, observed: 1, outcome: 'fail' },
      ],
    });
    const [worse] = compareReports(calm, failing);
    expect(worse?.broken).toEqual(['bad-accepted']);
    expect(consoleComparison(compareReports(calm, failing))).toContain(
      'bad-accepted was kept, and is broken',
    );
    expect(compareReports(failing, failing)[0]?.broken).toEqual([]);
    expect(compareReports(failing, calm)[0]?.broken).toEqual([]);
  });

  test('are shown with the noise', () => {
    const text = consoleComparison(compareReports(calm, run([9, 5, 5.2, 4.8, 5, 5.1, 4.9])));
    expect(text).toContain('3.00 → 5.00 ms (+67 %), noise ± 0.16: slower');
    expect(text).toContain('Noise is the 95 % interval');
  });
});
