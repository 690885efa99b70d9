import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { MAX_STALE, TTL, createLab, createWarmLab, find, holds } from './testing/remote-key-set.ts';
import { createKey } from './testing/tokens.ts';

const [one, two] = [createKey('k1'), createKey('k2')];
const NOW = 1_800_000_000_000;
const DOWN = new TypeError('fetch failed');

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('fetches nothing by itself, and once for however many wait', async () => {
  const { remote, endpoint } = createLab([one.jwk]);
  expect(endpoint.requests).toBe(0);
  expect(remote.usable(Date.now())).toBe(false);
  const outcomes = await Promise.all(Array.from({ length: 50 }, () => find(remote, 'k1')));
  expect(new Set(outcomes)).toEqual(new Set(['found']));
  expect(endpoint.requests).toBe(1);
  expect(remote.usable(Date.now())).toBe(true);
});

describe('the TTL', () => {
  test('has the set fetched anew in its last tenth, and not before', async () => {
    const { endpoint } = await createWarmLab([one.jwk]);
    await vi.advanceTimersByTimeAsync(0.9 * TTL - 1);
    expect(endpoint.requests).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(endpoint.requests).toBe(2);
    await vi.advanceTimersByTimeAsync(0.9 * TTL);
    expect(endpoint.requests).toBe(3);
  });

  test('ends a removed key without anyone asking', async () => {
    const { remote, endpoint } = await createWarmLab([one.jwk, two.jwk]);
    endpoint.answer([two.jwk]);
    expect(holds(remote, 'k1')).toBe(true);
    await vi.advanceTimersByTimeAsync(TTL);
    expect(holds(remote, 'k1')).toBe(false);
    expect(holds(remote, 'k2')).toBe(true);
  });

  test('makes a process that slept through it fetch before it trusts a key', async () => {
    const { remote, endpoint } = await createWarmLab([one.jwk]);
    endpoint.answer([two.jwk]);
    vi.setSystemTime(NOW + TTL);
    expect(holds(remote, 'k1')).toBe(false);
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => find(remote, 'k2')));
    expect(new Set(outcomes)).toEqual(new Set(['found']));
    expect(endpoint.requests).toBe(2);
    expect(holds(remote, 'k1')).toBe(false);
  });

  test('counts from the start of the fetch: what was withdrawn while the answer was under way counts too', async () => {
    const { remote, endpoint } = createLab([one.jwk]);
    const release = endpoint.hold();
    const fetching = remote.refresh('warm');
    await vi.advanceTimersByTimeAsync(4000);
    release();
    await fetching;
    expect(remote.trusted(NOW + TTL - 1)).toBeDefined();
    expect(remote.trusted(NOW + TTL)).toBeUndefined();
  });

  test('is not stretched by a clock set back', async () => {
    const { remote, endpoint } = await createWarmLab([one.jwk]);
    endpoint.answer([two.jwk]);
    vi.setSystemTime(NOW - 24 * TTL);
    expect(remote.trusted(Date.now())).toBeUndefined();
    expect(await find(remote, 'k1')).toBe('unknown');
    expect(await find(remote, 'k2')).toBe('found');
  });
});

describe('an unknown kid', () => {
  test('is looked up at once, so that a rotation right after start works', async () => {
    const { remote, endpoint } = await createWarmLab([one.jwk]);
    endpoint.answer([one.jwk, two.jwk]);
    expect(await find(remote, 'k2')).toBe('found');
    expect(endpoint.requests).toBe(2);
  });

  test('costs two fetches and then one per cooldown, however many there are', async () => {
    const { remote, endpoint } = await createWarmLab([one.jwk]);
    const flood = async () => {
      const outcomes = await Promise.all(Array.from({ length: 200 }, (_, id) => find(remote, `x${id}`)));
      expect(new Set(outcomes)).toEqual(new Set(['unknown']));
    };
    await flood();
    await flood();
    expect(endpoint.requests).toBe(3);
    await vi.advanceTimersByTimeAsync(29_999);
    await flood();
    expect(endpoint.requests).toBe(3);
    await vi.advanceTimersByTimeAsync(1);
    await flood();
    expect(endpoint.requests).toBe(4);
  });

  test('is found after a flood within one cooldown', async () => {
    const { remote, endpoint } = await createWarmLab([one.jwk]);
    for (let id = 0; id < 10; id += 1) await find(remote, `x${id}`);
    endpoint.answer([one.jwk, two.jwk]);
    expect(await find(remote, 'k2')).toBe('unknown');
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await find(remote, 'k2')).toBe('found');
  });

  test('keeps no known kid waiting', async () => {
    const { remote, endpoint } = await createWarmLab([one.jwk]);
    const release = endpoint.hold();
    const waiting = find(remote, 'x');
    expect(holds(remote, 'k1')).toBe(true);
    release();
    expect(await waiting).toBe('unknown');
  });

  test('does not starve the refresh at the end of the TTL', async () => {
    const { remote, endpoint } = await createWarmLab([one.jwk]);
    vi.setSystemTime(NOW + TTL - 1);
    for (let id = 0; id < 10; id += 1) await find(remote, `x${id}`);
    endpoint.answer([two.jwk]);
    await vi.advanceTimersByTimeAsync(TTL);
    expect(holds(remote, 'k1')).toBe(false);
    expect(holds(remote, 'k2')).toBe(true);
  });

  test('gets a fetch of its own where the one under way began before it', async () => {
    const { remote, endpoint } = await createWarmLab([one.jwk]);
    let answers = 0;
    const release = endpoint.hold();
    endpoint.answer(() => Response.json({ keys: (answers += 1) === 1 ? [one.jwk] : [one.jwk, two.jwk] }));
    const background = remote.refresh('warm');
    const lookups = Promise.all([find(remote, 'k2'), find(remote, 'k2'), find(remote, 'k2')]);
    release();
    await background;
    expect(await lookups).toEqual(['found', 'found', 'found']);
    expect(endpoint.requests).toBe(3);
  });

  test('is unavailable, not unknown, while the endpoint fails', async () => {
    const { remote, endpoint } = await createWarmLab([one.jwk]);
    endpoint.answer(DOWN);
    expect(await find(remote, 'k2')).toBe('unavailable');
    expect(await find(remote, 'k2')).toBe('unavailable');
    expect(await find(remote, 'k2')).toBe('unavailable');
    expect(endpoint.requests).toBe(3);
  });

  test('waits for one fetch that fails, and not for a second', async () => {
    const { remote, endpoint } = await createWarmLab([one.jwk]);
    endpoint.answer(DOWN);
    const release = endpoint.hold();
    const lookups = Promise.all([find(remote, 'x1'), find(remote, 'x2'), find(remote, 'x3')]);
    release();
    expect(await lookups).toEqual(['unavailable', 'unavailable', 'unavailable']);
    expect(endpoint.requests).toBe(2);
  });
});

test('a slow answer to a timely refresh delays no known kid, not even past the TTL', async () => {
  const { remote, endpoint } = await createWarmLab([one.jwk]);
  const release = endpoint.hold();
  await vi.advanceTimersByTimeAsync(TTL + 1000);
  expect(endpoint.requests).toBe(2);
  expect(holds(remote, 'k1')).toBe(true);
  endpoint.answer([two.jwk]);
  release();
  await remote.refresh('warm');
  expect(holds(remote, 'k1')).toBe(false);
  expect(holds(remote, 'k2')).toBe(true);
});

test('keeps the same set where the keys are the same, and takes a new one where they are not', async () => {
  const { remote, endpoint } = await createWarmLab([one.jwk, two.jwk]);
  const set = remote.trusted(Date.now());
  endpoint.answer([two.jwk, { ...one.jwk, foo: 1 }]);
  await remote.refresh('warm');
  expect(remote.trusted(Date.now())).toBe(set);
  endpoint.answer([{ ...two.jwk, kid: 'k1' }]);
  await remote.refresh('warm');
  expect(remote.trusted(Date.now())).not.toBe(set);
});

test('tells of every fetch', async () => {
  const { remote, endpoint, events } = await createWarmLab([one.jwk, null]);
  endpoint.answer(() => new Response(null, { status: 503 }));
  await remote.refresh('warm');
  const common = {
    issuer: 'https://idp.example',
    cause: 'warm',
    durationMs: expect.any(Number) as number,
    freshUntil: NOW + TTL,
    usableUntil: NOW + TTL + MAX_STALE,
  };
  expect(events).toEqual([
    {
      type: 'jwks-fetched',
      ...common,
      notModified: false,
      keys: 1,
      skipped: 1,
      faults: ['key 1 is not a JSON object'],
    },
    {
      type: 'jwks-failed',
      ...common,
      reason: 'status',
      message: 'No usable key set from https://idp.example/jwks: the endpoint answered 503 instead of 200.',
    },
  ]);
});

test('fetches nothing more once disposed, and leaves no timer', async () => {
  const { remote, endpoint } = await createWarmLab([one.jwk]);
  expect(vi.getTimerCount()).toBe(1);
  remote.dispose();
  expect(vi.getTimerCount()).toBe(0);
  await vi.advanceTimersByTimeAsync(10 * TTL);
  expect(endpoint.requests).toBe(1);
});

test('leaves no timer where it was disposed while a fetch was under way', async () => {
  const { remote, endpoint } = createLab([one.jwk]);
  const release = endpoint.hold();
  const fetching = remote.refresh('warm');
  remote.dispose();
  release();
  await fetching;
  expect(vi.getTimerCount()).toBe(0);
});

test('keeps no process alive', async () => {
  vi.useRealTimers();
  const timers = vi.spyOn(globalThis, 'setTimeout');
  const { remote } = await createWarmLab([one.jwk]);
  expect(timers.mock.results.map(({ value }) => (value as NodeJS.Timeout).hasRef())).toEqual([false]);
  timers.mockRestore();
  remote.dispose();
});
