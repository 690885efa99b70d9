import { describe, expect, test } from 'vitest';
import { highestRate } from './highest-rate.ts';
import type { Attempt } from './highest-rate.ts';

/** A server that holds every rate up to a knee. */
function holdsUpTo(knee: number, tried: number[] = []): Attempt {
  return (rate) => {
    tried.push(rate);
    return Promise.resolve(rate <= knee ? undefined : `broke at ${rate}`);
  };
}

describe('the highest rate', () => {
  test.each([
    { knee: 4321, start: 1000 },
    { knee: 4321, start: 4321 },
    { knee: 4321, start: 60_000 },
    { knee: 7, start: 500 },
  ])('is at most 5 % below a knee of $knee, begun at $start', async ({ knee, start }) => {
    const { rate, reason } = await highestRate(holdsUpTo(knee), { start });
    expect(rate).toBeLessThanOrEqual(knee);
    expect(rate * 1.05).toBeGreaterThanOrEqual(knee);
    expect(reason).toMatch(/^broke at/);
  });

  test('tells what broke at the lowest rate that was not held', async () => {
    const tried: number[] = [];
    const { reason } = await highestRate(holdsUpTo(4321, tried), { start: 1000 });
    expect(reason).toBe(`broke at ${Math.min(...tried.filter((rate) => rate > 4321))}`);
  });

  test('is not held down by a rate that broke once and was held when it was tried again', async () => {
    let hiccups = 0;
    const holds = holdsUpTo(4321);
    const hiccuping: Attempt = async (rate) => {
      if (rate > 4321 || hiccups > 0) return holds(rate);
      hiccups += 1;
      return 'another process took the core';
    };
    const { rate } = await highestRate(hiccuping, { start: 4200 });
    expect(hiccups).toBe(1);
    expect(rate).toBeGreaterThanOrEqual(4200 / 1.05);
  });

  test('is 0 where none is held', async () => {
    expect(await highestRate(() => Promise.resolve('refused'), { start: 1000 })).toEqual({
      rate: 0,
      reason: 'refused',
    });
  });

  test('is no figure where nothing breaks', async () => {
    await expect(highestRate(holdsUpTo(Infinity), { start: 1000 })).rejects.toThrow('Nothing broke up to');
  });
});
