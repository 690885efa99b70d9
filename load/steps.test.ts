import { expect, test } from 'vitest';
import { Measurements } from './measurements.ts';
import { planOf } from './scenarios.ts';
import { heldRate, stepsOf } from './steps.ts';
import { samples } from './testing/samples.ts';

const plan = planOf('breakpoint', true, { rate: 1000, seconds: 30 });

/** A climb in which verification takes so long, and so much goes wrong, in a second of it. */
function climb(verificationMs: (second: number) => number, dropped: (second: number) => number = () => 0) {
  const measurements = new Measurements(0);
  for (let second = 0; second < 30; second += 1) {
    const at = second * 1000;
    const verified = samples(5, { at, metric: 'verification', value: verificationMs(second) });
    const all = [...samples(5, { at }), ...verified, ...samples(dropped(second), { at, metric: 'dropped' })];
    for (const sample of all) measurements.add(sample);
  }
  return heldRate(measurements, plan, {});
}

test('a climb has ten equal steps', () => {
  expect(stepsOf(plan)).toHaveLength(10);
  expect(stepsOf(plan)[9]).toEqual({ rate: 1000, from: 27, to: 30 });
});

test('the rate held is that of the last step before a limit broke, and of none after it', () => {
  expect(climb((second) => (second >= 12 && second < 15 ? 11 : 1))).toEqual({
    rate: 400,
    reason: 'at 500 requests/s verification took 11 ms at p99, the limit being 10 ms',
  });
});

test('the second in which a step begins does not count', () => {
  expect(climb((second) => (second % 3 === 0 ? 50 : 1)).rate).toBe(1000);
});

test('a dropped iteration breaks a step, since the rate was not what it should have been', () => {
  const { rate, reason } = climb(
    () => 1,
    (second) => (second === 28 ? 3 : 0),
  );
  expect(rate).toBe(900);
  expect(reason).toContain('dropped 3 iterations');
});

test('where nothing broke, a higher rate is to be tried', () => {
  expect(climb(() => 1)).toEqual({
    rate: 1000,
    reason: 'no limit broke at the highest rate tried; try a higher --rate',
  });
});
