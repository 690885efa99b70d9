import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { MAX_STALE, TTL, createLab, createWarmLab, find, holds } from './testing/remote-key-set.ts';
import { createKey } from './testing/tokens.ts';

const [one, two] = [createKey('k1'), createKey('k2')];
const NOW = 1_800_000_000_000;

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const DOWN = new TypeError('fetch failed');

describe('a failing endpoint', () => {
  test.each([
    ['a dropped connection', DOWN],
    ['HTML', () => new Response('<html>')],
    ['an empty set', []],
    ['no usable key', [{ ...one.jwk, use: 'enc' }]],
    ['a status 500 with keys', () => Response.json({ keys: [two.jwk] }, { status: 500 })],
  ])('never replaces a good set: %s', async (_, answer) => {
    const { remote, endpoint } = await createWarmLab([one.jwk]);
    endpoint.answer(answer);
    await vi.advanceTimersByTimeAsync(TTL + 60_000);
    expect(remote.lastError).toBeDefined();
    expect(holds(remote, 'k1')).toBe(true);
  });

  test('has its last good set serve on for the bound past its TTL, and no longer', async () => {
    const { remote, endpoint } = await createWarmLab([one.jwk]);
    endpoint.answer(DOWN);
    await vi.advanceTimersByTimeAsync(TTL + MAX_STALE - 1);
    expect(holds(remote, 'k1')).toBe(true);
    expect(remote.usable(Date.now())).toBe(true);
    await vi.advanceTimersByTimeAsync(1);
    expect(holds(remote, 'k1')).toBe(false);
    expect(remote.usable(Date.now())).toBe(false);
    expect(await find(remote, 'k1')).toBe('unavailable');
  });

  test('is asked again after 1 s, 2 s, 4 s … and then once per cooldown', async () => {
    const { remote, endpoint } = createLab([one.jwk]);
    endpoint.answer(DOWN);
    await remote.refresh('warm');
    const seconds: number[] = [];
    for (let second = 1; second <= 121; second += 1) {
      const before = endpoint.requests;
      await vi.advanceTimersByTimeAsync(1000);
      if (endpoint.requests > before) seconds.push(second);
    }
    expect(seconds).toEqual([1, 3, 7, 15, 31, 61, 91, 121]);
  });

  test('is asked again as soon the next time it fails, once it was well', async () => {
    const { remote, endpoint } = createLab([one.jwk]);
    endpoint.answer(DOWN);
    await remote.refresh('warm');
    await vi.advanceTimersByTimeAsync(60_000);
    endpoint.answer([one.jwk]);
    await remote.refresh('warm');
    endpoint.answer(DOWN);
    await remote.refresh('warm');
    expect(remote.retryAfter()).toBe(1);
  });

  test('recovers without a request and without a restart', async () => {
    const { remote, endpoint } = createLab([one.jwk]);
    endpoint.answer(DOWN);
    await remote.refresh('warm');
    expect(remote.usable(Date.now())).toBe(false);
    endpoint.answer([one.jwk]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(remote.usable(Date.now())).toBe(true);
    expect(remote.lastError).toBeUndefined();
  });

  test('is not asked for every good token once the TTL is over', async () => {
    const { remote, endpoint } = await createWarmLab([one.jwk]);
    endpoint.answer(DOWN);
    vi.setSystemTime(NOW + TTL);
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => find(remote, 'k1')));
    expect(new Set(outcomes)).toEqual(new Set(['found']));
    expect(holds(remote, 'k1')).toBe(true);
    expect(endpoint.requests).toBe(2);
  });

  test('is not asked more often than the bucket allows where there is no set at all', async () => {
    const { remote, endpoint } = createLab([one.jwk]);
    endpoint.answer(DOWN);
    for (let id = 0; id < 50; id += 1) expect(await find(remote, 'k1')).toBe('unavailable');
    expect(endpoint.requests).toBe(3);
    expect(remote.retryAfter()).toBe(4);
  });
});
