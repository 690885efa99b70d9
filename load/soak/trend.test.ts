import { expect, test } from 'vitest';
import { trendOf } from './trend.ts';

const MINUTE = 60_000;

function samples(value: (minute: number) => number) {
  return Array.from({ length: 11 }, (_, minute) => ({ at: minute * MINUTE, value: value(minute) }));
}

test('a line has its slope per minute and its growth as a part of the mean', () => {
  const { mean, slope, growth } = trendOf(samples((minute) => 100 + 2 * minute));
  expect(mean).toBeCloseTo(110);
  expect(slope).toBeCloseTo(2);
  expect(growth).toBeCloseTo(20 / 110);
});

test('what goes up and down by as much is flat, though its last point lies above its first', () => {
  const { growth } = trendOf(
    samples((minute) => 100 + (minute % 2 === 0 ? -10 : 10) + (minute === 10 ? 6 : 0)),
  );
  expect(Math.abs(growth)).toBeLessThan(0.05);
});

test('what grows behind its noise is not', () => {
  const { growth } = trendOf(samples((minute) => 100 + (minute % 2 === 0 ? -3 : 3) + minute));
  expect(growth).toBeGreaterThan(0.05);
});

test('two points are no trend', () => {
  expect(() => trendOf(samples(() => 1).slice(0, 2))).toThrow('2 samples show no trend');
});
