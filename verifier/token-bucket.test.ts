import { expect, test } from 'vitest';
import { createTokenBucket } from './token-bucket.ts';

function takeAll(bucket: { take: () => boolean }): number {
  let taken = 0;
  while (bucket.take()) taken += 1;
  return taken;
}

test('lets its capacity through at once, and then one per interval', () => {
  let now = 1000;
  const bucket = createTokenBucket(2, 30, () => now);
  expect(takeAll(bucket)).toBe(2);
  now += 29;
  expect(takeAll(bucket)).toBe(0);
  now += 1;
  expect(takeAll(bucket)).toBe(1);
  now += 45;
  expect(takeAll(bucket)).toBe(1);
  now += 15;
  expect(takeAll(bucket)).toBe(1);
});

test('never holds more than its capacity, however long nothing is taken', () => {
  let now = 0;
  const bucket = createTokenBucket(2, 30, () => now);
  now += 1_000_000;
  expect(takeAll(bucket)).toBe(2);
  now += 29;
  expect(takeAll(bucket)).toBe(0);
});

test('goes on filling when the clock is set back', () => {
  let now = 1_000_000;
  const bucket = createTokenBucket(2, 30, () => now);
  expect(takeAll(bucket)).toBe(2);
  now = 0;
  expect(takeAll(bucket)).toBe(0);
  now += 30;
  expect(takeAll(bucket)).toBe(1);
});
