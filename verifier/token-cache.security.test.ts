import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { forgeries, startMockIdp } from '../mock-idp/index.ts';
import type { VerifierEvent, VerifierOptions } from './contract.ts';
import { emptySet, fill, heapUsed, keep, NOW, thawed, usual, verifiedAs } from './testing/token-cache.ts';
import { createKey, signToken } from './testing/tokens.ts';
import type { TestToken } from './testing/tokens.ts';
import { createWarm, judge } from './testing/verifier.ts';
import { TokenCache } from './token-cache.ts';
import { createVerifier } from './verify.ts';

/*
 * SECURITY.md, "The cache of verified tokens": each sentence there is the title of a `describe` here.
 */
const section =
  /### The cache of verified tokens\n(.*?)\n##/s.exec(readFileSync('SECURITY.md', 'utf8'))?.[1] ?? '';
const sentences = section
  .split(/^- /m)
  .slice(1)
  .map((item) => item.replaceAll(/\s+/g, ' ').replace(/[;.]? ?$/, ''));
const [one, two] = [createKey('k1'), createKey('k2')];

/** A warm verifier whose clock is `clock.now`, and what it said of each token it took. */
async function create(options: Partial<VerifierOptions> = {}, keys: readonly unknown[] = [one.jwk]) {
  const clock = { now: NOW };
  const fromCache: boolean[] = [];
  const onEvent = (event: VerifierEvent): void => {
    if (event.type === 'verified') fromCache.push(event.cached);
  };
  const warm = await createWarm(keys, { now: () => clock.now, onEvent, cacheTtl: 86_400, ...options });
  return { ...warm, clock, fromCache, accept: (token: string) => judge(warm.verifier, token) };
}

function tokenOf(claims: TestToken['claims'] = {}): string {
  return signToken(one, { now: NOW, claims });
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('an entry is found only by the whole token, compared character by character', () => {
  test('two texts that differ anywhere are two tokens, also where both end alike', () => {
    const text = fc.string({ unit: 'grapheme-ascii', maxLength: 60 });
    const shared = fc.constantFrom('', 's'.repeat(32), 's'.repeat(200));
    fc.assert(
      fc.property(text, text, shared, (a, b, end) => {
        const cache = new TokenCache({ maxTokens: 8, maxBytes: 2 ** 20 });
        const verified = verifiedAs(a);
        keep(cache, a + end, verified, 4);
        expect(cache.get(b + end, emptySet, NOW)).toBe(a === b ? verified : undefined);
      }),
      { numRuns: 2000 },
    );
  });

  test('an accepted token does not lend its verdict to one that has its signature', async () => {
    const { accept } = await create();
    const [header = '', , signature = ''] = tokenOf().split('.');
    expect(await accept(tokenOf())).toBe('accepted');
    const [, admin = ''] = tokenOf({ sub: 'admin' }).split('.');
    expect(await accept([header, admin, signature].join('.'))).toBe('invalid_token: signature');
  });
});

describe('only tokens that passed every check get in, so refused tokens can neither fill it nor be found in it', () => {
  test('of all forged tokens, those are added that are accepted, and no other', async () => {
    const add = vi.spyOn(TokenCache.prototype, 'add');
    await using idp = await startMockIdp();
    const { issuer, audience, jwksUrl } = idp.issuer();
    await using verifier = createVerifier({ issuer, audience, jwksUrl, algorithms: ['RS256'] });
    await verifier.warm();
    const accepted: string[] = [];
    let refused = 0;
    for (const { name } of forgeries) {
      for (const { token } of await idp.issuer().forge(name)) {
        if ((await judge(verifier, token)) === 'accepted') accepted.push(token);
        else refused += 1;
      }
    }
    const added = new Set(add.mock.calls.map(([token]) => token));
    expect(added).toEqual(new Set(accepted));
    expect(refused).toBeGreaterThan(100);
  });

  test('a flood of refused tokens does not push out an accepted one', async () => {
    const { accept, fromCache } = await create({ tokenCache: { maxTokens: 4 } });
    const good = tokenOf();
    for (let times = 0; times < 2; times += 1) expect(await accept(good)).toBe('accepted');
    const refused = [
      tokenOf({ aud: 'other' }),
      tokenOf({ exp: NOW / 1000 - 60 }),
      `${good}A`,
      good.slice(0, -1),
    ];
    for (let round = 0; round < 10; round += 1) {
      for (const token of refused) expect(await accept(token)).not.toBe('accepted');
    }
    expect(await accept(good)).toBe('accepted');
    expect(fromCache).toEqual([false, false, true]);
  });
});

describe('a token gets in when it comes the second time; until then 32 bits of its signature are all that is kept', () => {
  test('so what comes once leaves nothing that could be found', async () => {
    const { accept, fromCache } = await create();
    const token = tokenOf();
    for (let times = 0; times < 3; times += 1) expect(await accept(token)).toBe('accepted');
    expect(fromCache).toEqual([false, false, true]);
    const cache = new TokenCache({ maxTokens: 1000, maxBytes: 2 ** 20 });
    for (let id = 0; id < 1000; id += 1) {
      cache.add(`${id}`.padStart(400, 's'), verifiedAs('u'), emptySet, NOW, NOW + 1, 4);
    }
    expect([cache.size, cache.bytes]).toEqual([0, 0]);
  });

  test('and a token whose 32 bits are those of another is at worst kept a time too early', () => {
    const cache = new TokenCache({ maxTokens: 8, maxBytes: 2 ** 20 });
    const [a, b] = [`a.a.${'s'.repeat(40)}`, `b.b.${'s'.repeat(40)}`];
    const [first, second] = [verifiedAs('a'), verifiedAs('b')];
    cache.add(a, first, emptySet, NOW, NOW + 1, 4);
    cache.add(b, second, emptySet, NOW, NOW + 1, 4);
    expect(cache.get(b, emptySet, NOW)).toBe(second);
    expect(cache.get(a, emptySet, NOW)).toBeUndefined();
  });
});

describe('`exp` is compared with the clock at every hit, and a clock set back has the token judged anew', () => {
  test('a hit and a first sight give the same verdict at every time, to the millisecond', async () => {
    const { accept, clock } = await create();
    const leeway = 5000;
    // Eighths of a second are exact as doubles: no rounding decides here.
    const lifetime = fc.integer({ min: 8, max: 4800 }).map((eighths) => eighths / 8);
    const offset = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -300_000, max: 300_000 }));
    await fc.assert(
      fc.asyncProperty(lifetime, offset, async (seconds, ms) => {
        const exp = NOW / 1000 + seconds;
        const token = tokenOf({ exp });
        clock.now = NOW;
        for (let times = 0; times < 2; times += 1) expect(await accept(token)).toBe('accepted');
        clock.now = Math.max(NOW, Math.round(exp * 1000 + leeway + ms));
        const expected = clock.now / 1000 < exp + leeway / 1000 ? 'accepted' : 'token_expired: expired';
        expect(await accept(token)).toBe(expected);
      }),
      { numRuns: 300 },
    );
  });

  test('a hit lasts as long as the leeway', async () => {
    const { accept, clock, fromCache } = await create();
    const token = tokenOf({ exp: NOW / 1000 + 60 });
    for (const now of [NOW, NOW, NOW + 65_000 - 1]) {
      clock.now = now;
      expect(await accept(token)).toBe('accepted');
    }
    expect(fromCache).toEqual([false, false, true]);
  });

  test('`nbf` and `iat` hold again where the clock goes back to before them', async () => {
    const { accept, clock, fromCache } = await create();
    for (const claim of ['nbf', 'iat']) {
      const token = tokenOf({ iat: NOW / 1000, [claim]: NOW / 1000 + 100 });
      clock.now = NOW + 100_000;
      for (let times = 0; times < 2; times += 1) expect(await accept(token)).toBe('accepted');
      clock.now = NOW + 94_999;
      expect(await accept(token)).toBe(`invalid_token: ${claim}`);
      clock.now = NOW + 95_000;
      expect(await accept(token)).toBe('accepted');
    }
    expect(fromCache).toEqual(Array(6).fill(false));
  });
});

describe('a change of the key set empties it, so that it never outlives a key', () => {
  test.each([
    ['is withdrawn', [two.jwk], 'invalid_token: unknown-kid'],
    ['is replaced under its kid', [{ ...two.jwk, kid: 'k1' }], 'invalid_token: signature'],
    ['is no longer for signatures', [{ ...one.jwk, use: 'enc' }, two.jwk], 'invalid_token: unknown-kid'],
  ])('a repeated token is refused once its key %s', async (_, keys, verdict) => {
    const { verifier, endpoint, accept } = await create({}, [one.jwk, two.jwk]);
    const token = tokenOf();
    for (let times = 0; times < 2; times += 1) expect(await accept(token)).toBe('accepted');
    endpoint.answer(keys);
    await verifier.warm();
    expect(await accept(token)).toBe(verdict);
  });

  test('also for the tokens of keys that stay, and also where the first keys return', async () => {
    const { verifier, endpoint, accept, fromCache } = await create({}, [one.jwk]);
    const token = tokenOf();
    for (let times = 0; times < 3; times += 1) await accept(token);
    endpoint.answer([one.jwk, two.jwk]);
    await verifier.warm();
    await accept(token);
    endpoint.answer([one.jwk]);
    await verifier.warm();
    await accept(token);
    expect(fromCache).toEqual([false, false, true, false, false]);
  });

  test('while a refresh that brings the same keys keeps it', async () => {
    const { verifier, endpoint, accept, fromCache } = await create({}, [one.jwk, two.jwk]);
    const token = tokenOf();
    for (let times = 0; times < 2; times += 1) await accept(token);
    endpoint.answer([two.jwk, one.jwk]);
    await verifier.warm();
    await accept(token);
    expect(fromCache).toEqual([false, false, true]);
  });

  test('and once the key set is too old to be trusted, nothing in it counts', async () => {
    const { accept, clock, endpoint } = await create({ cacheTtl: 60, maxStale: 60 });
    const token = tokenOf();
    for (let times = 0; times < 2; times += 1) expect(await accept(token)).toBe('accepted');
    endpoint.answer(new TypeError('fetch failed'));
    clock.now = NOW + 120_000;
    expect(await accept(token)).toBe('jwks_unavailable: no-key-set');
  });
});

describe('what it hands out is frozen to the last member, so no request can change what another one sees', () => {
  test('whatever the claims and the header hold', async () => {
    const { verifier } = await create();
    const json = fc.jsonValue({ maxDepth: 4 });
    const name = fc.constantFrom('x', '__proto__', 'constructor', 'toJSON', '0');
    await fc.assert(
      fc.asyncProperty(name, json, json, async (member, inClaims, inHeader) => {
        const claims = `{"iss":"https://idp.example","aud":["https://api.example"],"sub":"u","exp":${NOW / 1000 + 60},`;
        const token = signToken(one, {
          header: `{"alg":"RS256","kid":"k1",${JSON.stringify(member)}:${JSON.stringify(inHeader)}}`,
          claims: `${claims}${JSON.stringify(member)}:${JSON.stringify(inClaims)}}`,
        });
        const first = await verifier.verify(token);
        const second = await verifier.verify(token);
        expect(await verifier.verify(token)).toBe(second);
        expect([...thawed(first), ...thawed(second)]).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

describe('it is bounded in entries and bytes, and it can be switched off', () => {
  test('never more entries or bytes than it may hold, whatever comes', () => {
    const steps = fc.constantFrom(50, 15_000).chain((longest) => {
      const length = fc.nat({ max: longest });
      const members = fc.nat({ max: 10 });
      return fc.array(fc.record({ id: fc.nat({ max: 40 }), length, members, get: fc.boolean() }), {
        maxLength: 200,
        size: 'max',
      });
    });
    fc.assert(
      fc.property(steps, (entries) => {
        const cache = new TokenCache({ maxTokens: 10, maxBytes: 40_000 });
        for (const { id, length, members, get } of entries) {
          const token = `${id}`.padStart(length, '-');
          if (get) cache.get(token, emptySet, NOW);
          else cache.add(token, verifiedAs('u'), emptySet, NOW, NOW + 1, members);
          expect(cache.size).toBeLessThanOrEqual(10);
          expect(cache.bytes).toBeLessThanOrEqual(40_000);
        }
      }),
    );
  });

  test.each([
    ['usual claims', usual],
    ['one long text', (id: number) => ({ sub: `${id}`, text: 'x'.repeat(10_000) })],
    ['text of two bytes a character', (id: number) => ({ sub: `${id}`, text: `${'x'.repeat(10_000)}李` })],
    ['empty objects', (id: number) => ({ sub: `${id}`, many: Array.from({ length: 3000 }, () => ({})) })],
    ['names', (id: number) => Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`k${id}x${n}`, n]))],
    [
      'depth',
      (id: number) => JSON.parse(`{"sub":"${id}","deep":${'['.repeat(2500)}${']'.repeat(2500)}}`) as object,
    ],
  ])('the bytes it counts are those of the heap, within a factor of two: %s', (_, claimsOf) => {
    const bound = 4 * 2 ** 20;
    const cache = new TokenCache({ maxTokens: 2 ** 20, maxBytes: bound });
    const before = heapUsed();
    for (let id = 0; cache.bytes < 0.8 * bound; id += 1) fill(cache, id, claimsOf(id));
    const used = heapUsed() - before;
    expect(cache.size).toBeGreaterThan(8);
    expect(used).toBeLessThan(2 * bound);
  });

  test('switched off, it is never asked and never told', async () => {
    const spies = [vi.spyOn(TokenCache.prototype, 'get'), vi.spyOn(TokenCache.prototype, 'add')];
    const { accept, fromCache } = await create({ tokenCache: false });
    for (let times = 0; times < 3; times += 1) expect(await accept(tokenOf())).toBe('accepted');
    expect(fromCache).toEqual([false, false, false]);
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  });
});

test('SECURITY.md says of the cache what is proven here, and nothing else', ({ task }) => {
  const proven = task.file.tasks.filter(({ type }) => type === 'suite').map(({ name }) => name);
  expect(sentences).toEqual(proven);
});
