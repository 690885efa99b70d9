import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { VerifierEvent } from './contract.ts';
import { RemoteKeySet } from './remote-key-set.ts';
import { createEndpoint } from './testing/endpoint.ts';
import { createKey } from './testing/tokens.ts';

const [one, two] = [createKey('k1'), createKey('k2')];
const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function create(keys: readonly unknown[] = [one.jwk]) {
  const endpoint = createEndpoint(keys);
  const events: VerifierEvent[] = [];
  const remote = new RemoteKeySet({
    jwksUrl: 'https://idp.example/jwks',
    ttlMs: HOUR,
    cooldownMs: 30_000,
    timeoutMs: 5000,
    maxStaleMs: HOUR,
    now: Date.now,
    fetch: endpoint.fetch,
    emit: (event) => events.push(event),
  });
  return { endpoint, remote, events };
}

async function createWarm(keys?: readonly unknown[]) {
  const made = create(keys);
  await made.remote.refresh();
  expect(made.remote.lastError).toBeUndefined();
  return made;
}

function holds(remote: RemoteKeySet, kid: string): boolean {
  return remote.trusted(Date.now())?.keys.has(kid) === true;
}

/** What became of a lookup, in a word. */
async function find(remote: RemoteKeySet, kid: string): Promise<string> {
  const found = await remote.find(kid);
  return typeof found === 'string' ? found : 'found';
}

const DOWN = new TypeError('fetch failed');

test('fetches nothing by itself, and once for however many wait', async () => {
  const { remote, endpoint } = create();
  expect(endpoint.requests).toBe(0);
  expect(remote.usable(Date.now())).toBe(false);
  const outcomes = await Promise.all(Array.from({ length: 50 }, () => find(remote, 'k1')));
  expect(new Set(outcomes)).toEqual(new Set(['found']));
  expect(endpoint.requests).toBe(1);
  expect(remote.usable(Date.now())).toBe(true);
});

describe('the TTL', () => {
  test('has the set fetched anew in its last tenth, and not before', async () => {
    const { endpoint } = await createWarm();
    await vi.advanceTimersByTimeAsync(0.9 * HOUR - 1);
    expect(endpoint.requests).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(endpoint.requests).toBe(2);
    await vi.advanceTimersByTimeAsync(0.9 * HOUR);
    expect(endpoint.requests).toBe(3);
  });

  test('ends a removed key without anyone asking', async () => {
    const { remote, endpoint } = await createWarm([one.jwk, two.jwk]);
    endpoint.answer([two.jwk]);
    expect(holds(remote, 'k1')).toBe(true);
    await vi.advanceTimersByTimeAsync(HOUR);
    expect(holds(remote, 'k1')).toBe(false);
    expect(holds(remote, 'k2')).toBe(true);
  });

  test('makes a process that slept through it fetch before it trusts a key', async () => {
    const { remote, endpoint } = await createWarm();
    endpoint.answer([two.jwk]);
    vi.setSystemTime(NOW + HOUR);
    expect(holds(remote, 'k1')).toBe(false);
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => find(remote, 'k2')));
    expect(new Set(outcomes)).toEqual(new Set(['found']));
    expect(endpoint.requests).toBe(2);
    expect(holds(remote, 'k1')).toBe(false);
  });

  test('counts from the start of the fetch: what was withdrawn while the answer was under way counts too', async () => {
    const { remote, endpoint } = create();
    const release = endpoint.hold();
    const fetching = remote.refresh();
    await vi.advanceTimersByTimeAsync(4000);
    release();
    await fetching;
    expect(remote.trusted(NOW + HOUR - 1)).toBeDefined();
    expect(remote.trusted(NOW + HOUR)).toBeUndefined();
  });

  test('is not stretched by a clock set back', async () => {
    const { remote, endpoint } = await createWarm();
    endpoint.answer([two.jwk]);
    vi.setSystemTime(NOW - 24 * HOUR);
    expect(remote.trusted(Date.now())).toBeUndefined();
    expect(await find(remote, 'k1')).toBe('unknown');
    expect(await find(remote, 'k2')).toBe('found');
  });
});

describe('an unknown kid', () => {
  test('is looked up at once, so that a rotation right after start works', async () => {
    const { remote, endpoint } = await createWarm();
    endpoint.answer([one.jwk, two.jwk]);
    expect(await find(remote, 'k2')).toBe('found');
    expect(endpoint.requests).toBe(2);
  });

  test('costs two fetches and then one per cooldown, however many there are', async () => {
    const { remote, endpoint } = await createWarm();
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
    const { remote, endpoint } = await createWarm();
    for (let id = 0; id < 10; id += 1) await find(remote, `x${id}`);
    endpoint.answer([one.jwk, two.jwk]);
    expect(await find(remote, 'k2')).toBe('unknown');
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await find(remote, 'k2')).toBe('found');
  });

  test('keeps no known kid waiting', async () => {
    const { remote, endpoint } = await createWarm();
    const release = endpoint.hold();
    const waiting = find(remote, 'x');
    expect(holds(remote, 'k1')).toBe(true);
    release();
    expect(await waiting).toBe('unknown');
  });

  test('does not starve the refresh at the end of the TTL', async () => {
    const { remote, endpoint } = await createWarm([one.jwk]);
    vi.setSystemTime(NOW + HOUR - 1);
    for (let id = 0; id < 10; id += 1) await find(remote, `x${id}`);
    endpoint.answer([two.jwk]);
    await vi.advanceTimersByTimeAsync(HOUR);
    expect(holds(remote, 'k1')).toBe(false);
    expect(holds(remote, 'k2')).toBe(true);
  });

  test('gets a fetch of its own where the one under way began before it', async () => {
    const { remote, endpoint } = await createWarm();
    let answers = 0;
    const release = endpoint.hold();
    endpoint.answer(() => Response.json({ keys: (answers += 1) === 1 ? [one.jwk] : [one.jwk, two.jwk] }));
    const background = remote.refresh();
    const lookups = Promise.all([find(remote, 'k2'), find(remote, 'k2'), find(remote, 'k2')]);
    release();
    await background;
    expect(await lookups).toEqual(['found', 'found', 'found']);
    expect(endpoint.requests).toBe(3);
  });

  test('is unavailable, not unknown, while the endpoint fails', async () => {
    const { remote, endpoint } = await createWarm();
    endpoint.answer(DOWN);
    expect(await find(remote, 'k2')).toBe('unavailable');
    expect(await find(remote, 'k2')).toBe('unavailable');
    expect(await find(remote, 'k2')).toBe('unavailable');
    expect(endpoint.requests).toBe(3);
  });

  test('waits for one fetch that fails, and not for a second', async () => {
    const { remote, endpoint } = await createWarm();
    endpoint.answer(DOWN);
    const release = endpoint.hold();
    const lookups = Promise.all([find(remote, 'x1'), find(remote, 'x2'), find(remote, 'x3')]);
    release();
    expect(await lookups).toEqual(['unavailable', 'unavailable', 'unavailable']);
    expect(endpoint.requests).toBe(2);
  });
});

describe('a failing endpoint', () => {
  test.each([
    ['a dropped connection', DOWN],
    ['HTML', () => new Response('<html>')],
    ['an empty set', []],
    ['no usable key', [{ ...one.jwk, use: 'enc' }]],
    ['a status 500 with keys', () => Response.json({ keys: [two.jwk] }, { status: 500 })],
  ])('never replaces a good set: %s', async (_, answer) => {
    const { remote, endpoint } = await createWarm();
    endpoint.answer(answer);
    await vi.advanceTimersByTimeAsync(HOUR + MINUTE);
    expect(remote.lastError).toBeDefined();
    expect(holds(remote, 'k1')).toBe(true);
  });

  test('has its last good set serve on for the bound past its TTL, and no longer', async () => {
    const { remote, endpoint } = await createWarm();
    endpoint.answer(DOWN);
    await vi.advanceTimersByTimeAsync(2 * HOUR - 1);
    expect(holds(remote, 'k1')).toBe(true);
    expect(remote.usable(Date.now())).toBe(true);
    await vi.advanceTimersByTimeAsync(1);
    expect(holds(remote, 'k1')).toBe(false);
    expect(remote.usable(Date.now())).toBe(false);
    expect(await find(remote, 'k1')).toBe('unavailable');
  });

  test('is asked again after 1 s, 2 s, 4 s … and then once per cooldown', async () => {
    const { remote, endpoint } = create();
    endpoint.answer(DOWN);
    await remote.refresh();
    const seconds: number[] = [];
    for (let second = 1; second <= 121; second += 1) {
      const before = endpoint.requests;
      await vi.advanceTimersByTimeAsync(1000);
      if (endpoint.requests > before) seconds.push(second);
    }
    expect(seconds).toEqual([1, 3, 7, 15, 31, 61, 91, 121]);
  });

  test('recovers without a request and without a restart', async () => {
    const { remote, endpoint } = create();
    endpoint.answer(DOWN);
    await remote.refresh();
    expect(remote.usable(Date.now())).toBe(false);
    endpoint.answer([one.jwk]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(remote.usable(Date.now())).toBe(true);
    expect(remote.lastError).toBeUndefined();
  });

  test('is not asked for every good token once the TTL is over', async () => {
    const { remote, endpoint } = await createWarm();
    endpoint.answer(DOWN);
    vi.setSystemTime(NOW + HOUR);
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => find(remote, 'k1')));
    expect(new Set(outcomes)).toEqual(new Set(['found']));
    expect(holds(remote, 'k1')).toBe(true);
    expect(endpoint.requests).toBe(2);
  });

  test('is not asked more often than the bucket allows where there is no set at all', async () => {
    const { remote, endpoint } = create();
    endpoint.answer(DOWN);
    for (let id = 0; id < 50; id += 1) expect(await find(remote, 'k1')).toBe('unavailable');
    expect(endpoint.requests).toBe(3);
    expect(remote.retryAfter()).toBe(4);
  });
});

test('a slow answer to a timely refresh delays no known kid, not even past the TTL', async () => {
  const { remote, endpoint } = await createWarm();
  const release = endpoint.hold();
  await vi.advanceTimersByTimeAsync(HOUR + 1000);
  expect(endpoint.requests).toBe(2);
  expect(holds(remote, 'k1')).toBe(true);
  endpoint.answer([two.jwk]);
  release();
  await remote.refresh();
  expect(holds(remote, 'k1')).toBe(false);
  expect(holds(remote, 'k2')).toBe(true);
});

test('keeps the same set where the keys are the same, and takes a new one where they are not', async () => {
  const { remote, endpoint } = await createWarm([one.jwk, two.jwk]);
  const set = remote.trusted(Date.now());
  endpoint.answer([two.jwk, { ...one.jwk, foo: 1 }]);
  await remote.refresh();
  expect(remote.trusted(Date.now())).toBe(set);
  endpoint.answer([{ ...two.jwk, kid: 'k1' }]);
  await remote.refresh();
  expect(remote.trusted(Date.now())).not.toBe(set);
});

test('tells of every fetch', async () => {
  const { remote, endpoint, events } = await createWarm([one.jwk, null]);
  endpoint.answer(() => new Response(null, { status: 503 }));
  await remote.refresh();
  expect(events).toEqual([
    { type: 'jwks-fetched', durationMs: 0, keys: 1, skipped: 1 },
    { type: 'jwks-failed', durationMs: 0, reason: 'status' },
  ]);
});

test('fetches nothing more once disposed, and leaves no timer', async () => {
  const { remote, endpoint } = await createWarm();
  expect(vi.getTimerCount()).toBe(1);
  remote.dispose();
  expect(vi.getTimerCount()).toBe(0);
  await vi.advanceTimersByTimeAsync(10 * HOUR);
  expect(endpoint.requests).toBe(1);
});
