import { expect, test } from 'vitest';
import type { KeySet } from './key-set.ts';
import { emptySet as keySet, keep, NOW, verifiedAs as verified } from './testing/token-cache.ts';
import { TokenCache } from './token-cache.ts';

function token(id: number | string, length = 600): string {
  return `${id}.`.padEnd(length, 'x') + `${id}`.padStart(40, '0');
}

function create(options: { maxTokens?: number; maxBytes?: number } = {}): TokenCache {
  return new TokenCache({ maxTokens: 100, maxBytes: 2 ** 20, ...options });
}

function countHeld(cache: TokenCache, tokens: readonly string[]): number {
  return tokens.filter((one) => cache.get(one, keySet, NOW) !== undefined).length;
}

test('gives back what was added, until the moment it expires', () => {
  const cache = create();
  const one = verified('one');
  keep(cache, token(1), one);
  expect(cache.get(token(1), keySet, NOW)).toBe(one);
  expect(cache.get(token(1), keySet, NOW + 999)).toBe(one);
  expect(cache.get(token(1), keySet, NOW + 1000)).toBeUndefined();
});

test('keeps a token when it comes the second time, and one that comes once not at all', () => {
  const cache = create();
  const tokens = Array.from({ length: 50 }, (_, id) => token(id));
  const addAll = (): void => {
    for (const one of tokens) cache.add(one, verified(one), keySet, NOW, NOW + 1000, 8);
  };
  addAll();
  expect([cache.size, cache.bytes]).toEqual([0, 0]);
  expect(countHeld(cache, tokens)).toBe(0);
  addAll();
  expect(countHeld(cache, tokens)).toBe(50);
});

test('forgets when the clock is set back: what was judged later proves nothing about earlier', () => {
  const cache = create();
  keep(cache, token(1), verified('one'));
  expect(cache.get(token(1), keySet, NOW - 1)).toBeUndefined();
});

test('takes two tokens with the same end, length and start apart', () => {
  const cache = create();
  const [a, b] = [`head.A.${'s'.repeat(300)}`, `head.B.${'s'.repeat(300)}`];
  keep(cache, a, verified('A'));
  expect(cache.get(b, keySet, NOW)).toBeUndefined();
  keep(cache, b, verified('B'));
  expect(cache.get(b, keySet, NOW)?.claims.sub).toBe('B');
  expect(cache.get(a, keySet, NOW)).toBeUndefined();
});

test('is empty for another key set, also when the first one returns', () => {
  const cache = create();
  keep(cache, token(1), verified('one'));
  const other: KeySet = { ...keySet };
  expect(cache.get(token(1), other, NOW)).toBeUndefined();
  expect(cache.get(token(1), keySet, NOW)).toBeUndefined();
});

test('never holds more tokens than it may', () => {
  const cache = create({ maxTokens: 10 });
  const tokens = Array.from({ length: 1000 }, (_, id) => token(id));
  for (const one of tokens) {
    keep(cache, one, verified(one));
    expect(cache.size).toBeLessThanOrEqual(10);
  }
  expect(countHeld(cache, tokens.slice(-5))).toBe(5);
  expect(countHeld(cache, tokens.slice(0, 900))).toBe(0);
});

test('never holds more bytes than it may, and no token that alone would fill it', () => {
  const cache = create({ maxBytes: 28_000 });
  const tokens = Array.from({ length: 100 }, (_, id) => token(id, 1000));
  for (const one of tokens) {
    keep(cache, one, verified(one));
    expect(cache.bytes).toBeLessThanOrEqual(28_000);
  }
  keep(cache, token('huge', 9000), verified('huge'));
  expect(cache.get(token('huge', 9000), keySet, NOW)).toBeUndefined();
  expect(countHeld(cache, tokens.slice(-3))).toBe(3);
});

test('keeps what is used while others come and go', () => {
  const cache = create({ maxTokens: 10 });
  keep(cache, token('kept'), verified('kept'));
  for (let id = 0; id < 100; id += 1) {
    keep(cache, token(id), verified('passing'));
    expect(cache.get(token('kept'), keySet, NOW)?.claims.sub).toBe('kept');
  }
});

test('holds half its bound in rotation without a miss', () => {
  const cache = create({ maxTokens: 200 });
  const tokens = Array.from({ length: 100 }, (_, id) => token(id));
  for (const one of tokens) keep(cache, one, verified(one));
  for (let round = 0; round < 3; round += 1) expect(countHeld(cache, tokens)).toBe(100);
});
