import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { MAX_STALE, TTL, createLab, createWarmLab, find, holds } from './testing/remote-key-set.ts';
import type { RemoteKeySetLab } from './testing/remote-key-set.ts';
import { createKey } from './testing/tokens.ts';

const [one, two] = [createKey('k1'), createKey('k2')];
const NOW = 1_800_000_000_000;
const COOLDOWN = 30_000;

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A key set as fetched under these headers. */
async function fetchedUnder(headers: Record<string, string>): Promise<RemoteKeySetLab> {
  const lab = createLab([]);
  lab.endpoint.answer(() => Response.json({ keys: [one.jwk] }, { headers }));
  await lab.remote.refresh('warm');
  return lab;
}

/** How long the set is used where no further fetch succeeds in time, in milliseconds. */
async function lifetime(headers: Record<string, string>): Promise<number> {
  const { events } = await fetchedUnder(headers);
  const [event] = events;
  if (event?.type !== 'jwks-fetched') throw new Error('The key set was not fetched.');
  return event.freshUntil - NOW;
}

describe('the HTTP headers of a key set', () => {
  test.each([
    ['shorten the TTL', { 'cache-control': 'max-age=600' }, 600_000],
    ['shorten it by the time it lay in a cache', { 'cache-control': 'max-age=600', age: '60' }, 540_000],
    ['never lengthen it', { 'cache-control': 'max-age=86400' }, TTL],
    ['leave it where they say nothing', {}, TTL],
    ['of max-age=0 leave the cool-down', { 'cache-control': 'max-age=0' }, COOLDOWN],
    ['of no-store too', { 'cache-control': 'no-store' }, COOLDOWN],
    ['of no-cache too', { 'cache-control': 'no-cache' }, COOLDOWN],
    ['that are malformed too', { 'cache-control': 'max-age=soon' }, COOLDOWN],
    ['that are past on arrival too', { 'cache-control': 'max-age=60', age: '3600' }, COOLDOWN],
  ])('%s', async (_, headers, expected) => {
    expect(await lifetime(headers)).toBe(expected);
  });

  test('end a removed key as early as they say', async () => {
    const { remote, endpoint } = await fetchedUnder({ 'cache-control': 'max-age=600' });
    endpoint.answer([two.jwk]);
    expect(holds(remote, 'k1')).toBe(true);
    await vi.advanceTimersByTimeAsync(600_000);
    expect([holds(remote, 'k1'), holds(remote, 'k2')]).toEqual([false, true]);
  });

  test('make no fetch of a request, whatever they say: one per cool-down', async () => {
    const { remote, endpoint } = await fetchedUnder({ 'cache-control': 'no-store, max-age=0' });
    for (let second = 0; second < 60; second += 1) {
      expect(holds(remote, 'k1')).toBe(true);
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(endpoint.requests).toBe(3);
  });

  test('do not shorten the bound for stale sets, which counts from their end', async () => {
    const { remote, endpoint } = await fetchedUnder({ 'cache-control': 'max-age=600, must-revalidate' });
    endpoint.answer(new TypeError('fetch failed'));
    await vi.advanceTimersByTimeAsync(600_000 + MAX_STALE - 1);
    expect(holds(remote, 'k1')).toBe(true);
    await vi.advanceTimersByTimeAsync(1);
    expect(holds(remote, 'k1')).toBe(false);
  });
});

describe('an entity tag', () => {
  /** An endpoint that answers 304 to `"a"`, and the tags it was asked with. */
  async function tagged(notModified: Record<string, string> = {}) {
    const lab = createLab([]);
    const asked: (string | undefined)[] = [];
    lab.endpoint.answer((headers) => {
      asked.push(headers['if-none-match']);
      if (headers['if-none-match'] === '"a"')
        return new Response(null, { status: 304, headers: notModified });
      return Response.json({ keys: [one.jwk] }, { headers: { etag: '"a"', 'cache-control': 'max-age=600' } });
    });
    await lab.remote.refresh('warm');
    return { ...lab, asked };
  }

  test('is sent with a refresh, and a 304 keeps the set for a lifetime more', async () => {
    const { remote, events, asked } = await tagged();
    const set = remote.latest;
    await vi.advanceTimersByTimeAsync(540_000);
    expect(asked).toEqual([undefined, '"a"']);
    expect(remote.trusted(Date.now() + 599_999)).toBe(set);
    expect(remote.trusted(Date.now() + 600_000)).toBeUndefined();
    expect(events.at(-1)).toMatchObject({
      type: 'jwks-fetched',
      cause: 'refresh',
      notModified: true,
      keys: 1,
    });
    await vi.advanceTimersByTimeAsync(540_000);
    expect(asked).toEqual([undefined, '"a"', '"a"']);
  });

  test('may come with another lifetime', async () => {
    const { remote } = await tagged({ 'cache-control': 'max-age=60' });
    await vi.advanceTimersByTimeAsync(540_000);
    expect(remote.trusted(Date.now() + 59_999)).toBeDefined();
    expect(remote.trusted(Date.now() + 60_000)).toBeUndefined();
  });

  test('is not sent for an unknown kid: one that outlives its keys must not hide a rotation', async () => {
    const { remote, asked, endpoint } = await tagged();
    expect(await find(remote, 'k2')).toBe('unknown');
    expect(asked).toEqual([undefined, undefined]);
    endpoint.answer((headers) =>
      headers['if-none-match'] === undefined
        ? Response.json({ keys: [one.jwk, two.jwk] }, { headers: { etag: '"a"' } })
        : new Response(null, { status: 304 }),
    );
    expect(await find(remote, 'k2')).toBe('found');
  });

  test('ends an outage: a 304 is an answer like any other', async () => {
    const { remote, endpoint, asked } = await tagged();
    const before = asked.length;
    endpoint.answer(new TypeError('fetch failed'));
    await vi.advanceTimersByTimeAsync(TTL);
    endpoint.answer(() => new Response(null, { status: 304 }));
    await vi.advanceTimersByTimeAsync(COOLDOWN);
    expect([remote.lastError, holds(remote, 'k1'), before]).toEqual([undefined, true, 1]);
  });

  test.each([
    ['nothing was asked with one', 'warm'],
    ['there was none', 'refresh'],
  ] as const)('is not taken for granted: a 304 where %s keeps the set and is a failure', async (_, cause) => {
    const { remote, endpoint } = await createWarmLab([one.jwk]);
    endpoint.answer(() => new Response(null, { status: 304 }));
    await remote.refresh(cause);
    expect(remote.lastError?.message).toContain('answered 304 instead of 200');
    expect(holds(remote, 'k1')).toBe(true);
  });
});
