import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { breakpointPicture } from './breakpoint-picture.ts';
import { breakpointTable, CEILING, isLimited, mergeOutcome, withTable } from './breakpoint-results.ts';
import type { Measured, Results } from './breakpoint-results.ts';

const server = (name: string, cold: number, repeated = cold): Measured => ({
  ...{ name, language: 'Go', variant: 'hardened', ceiling: [9000, 10_000, 10_100] },
  ...{ cold: [cold - 10, cold, cold + 10], repeated: [repeated] },
});
const generator: Measured = { ...server(CEILING, 10_000), language: '', variant: '' };

describe('a figure is marked as limited by the generator', () => {
  test('from 80 % of its ceiling on, by the median', () => {
    expect(isLimited([8000], [9000, 10_000, 10_100])).toBe(true);
    expect(isLimited([7990], [10_000])).toBe(false);
    expect(isLimited([100, 7990, 9999], [10_000])).toBe(false);
  });

  test('in the table, each figure by itself', () => {
    const [, ...rows] = breakpointTable({
      measured: [generator, server('both', 9000), server('one', 4000, 9000), server('none', 4000)],
      leftOut: [],
    });
    expect(rows.map((row) => row.at(-1))).toEqual([
      "the generator's own ceiling",
      'cold, repeated: limited by the generator',
      'repeated: limited by the generator',
      '',
    ]);
  });
});

test('a figure is told with the lowest and the highest of its rounds, where there are several', () => {
  const [, row] = breakpointTable({ measured: [server('it', 4321)], leftOut: [] });
  expect(row?.slice(3, 5)).toEqual(['4,321 (4,311–4,331)', '4,321']);
});

test('who was left out is in the table with the reason', () => {
  const leftOut = [{ name: 'it', reason: 'cargo is not there' }];
  expect(breakpointTable({ measured: [], leftOut }).at(-1)).toEqual([
    ...['it', '', '', '', ''],
    'not measured: cargo is not there',
  ]);
});

describe('a run of some servers', () => {
  const gone = { name: 'gone', reason: 'go is not there' };
  const before = { measured: [generator, server('kept', 2000), server('again', 1000)], leftOut: [gone] };
  test('replaces their figures, keeps the others and sorts all, the ceiling first', () => {
    const now = { measured: [server('again', 3000), server('gone', 500)], leftOut: [] };
    const { measured, leftOut } = mergeOutcome(before, now, { add: false });
    expect(measured.map(({ name, cold }) => [name, cold[1]])).toEqual([
      [CEILING, 10_000],
      ['again', 3000],
      ['kept', 2000],
      ['gone', 500],
    ]);
    expect(leftOut).toEqual([]);
  });

  test('adds its rounds to theirs where it is asked to', () => {
    const now = { measured: [{ ...server('again', 3000, 5000), ceiling: [9500] }], leftOut: [] };
    const { measured } = mergeOutcome(before, now, { add: true });
    const again = measured.find(({ name }) => name === 'again');
    expect(again?.cold).toEqual([990, 1000, 1010, 2990, 3000, 3010]);
    expect(again?.repeated).toEqual([1000, 5000]);
    expect(again?.ceiling).toEqual([9000, 10_000, 10_100, 9500]);
  });

  test('takes the figures of who can no longer be measured out', () => {
    const leftOut = [{ name: 'again', reason: 'its install ended with 1' }];
    const merged = mergeOutcome(before, { measured: [], leftOut }, { add: true });
    expect(merged.measured.map(({ name }) => name)).toEqual([CEILING, 'kept']);
    expect(merged.leftOut).toEqual([gone, ...leftOut]);
  });
});

const file = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
const results = JSON.parse(file('results/breakpoint.json')) as Results;

describe('what is committed', () => {
  test('shows in README.md the table of the figures', () => {
    expect(withTable(file('README.md'), results)).toBe(file('README.md'));
  });

  test('has the picture of the figures', () => {
    expect(breakpointPicture(results)).toBe(file('results/breakpoint.svg'));
  });
});

test('what XML reserves is escaped in the picture', () => {
  const { measured, ...settings } = results;
  const picture = breakpointPicture({ ...settings, measured: [server('a<b&c', 1), ...measured] });
  expect(picture).toContain('>a&lt;b&amp;c, hardened</text>');
  expect(picture).toContain('p99 &lt; 10 ms');
});

test('a document without the marks gets no table', () => {
  expect(() => withTable('# Benchmarks', { measured: [], leftOut: [] })).toThrow('does not have <!-- ');
});
