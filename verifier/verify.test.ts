import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { VerifierEvent } from './contract.ts';
import { JwksError, TokenError, VerifierConfigError } from './errors.ts';
import { createEndpoint } from './testing/endpoint.ts';
import { createKey, signToken } from './testing/tokens.ts';
import { createTestVerifier, createWarm, judge } from './testing/verifier.ts';
import { createVerifier } from './verify.ts';

const [one, two, attacker] = [createKey('k1'), createKey('k2'), createKey('k1')];
const NOW = 1_800_000_000_000;

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('never remembers a refusal: a token is good once its key is published', async () => {
  const { verifier, endpoint } = await createWarm([one.jwk]);
  const token = signToken(two);
  expect(await judge(verifier, token)).toBe('invalid_token: unknown-kid');
  endpoint.answer([one.jwk, two.jwk]);
  expect(await judge(verifier, token)).toBe('accepted');
});

test('accepts a correctly signed token of 8 KB', async () => {
  const { verifier } = await createWarm([one.jwk]);
  const groups = Array.from({ length: 200 }, (_, id) => `group-with-a-long-name-${id}`);
  const token = signToken(one, { claims: { groups } });
  expect(token.length).toBeGreaterThan(7000);
  expect(await judge(verifier, token)).toBe('accepted');
});

test('tries every key that shares a kid', async () => {
  const { verifier } = await createWarm([{ ...two.jwk, kid: 'k1' }, one.jwk]);
  expect(await judge(verifier, signToken(one))).toBe('accepted');
  expect(await judge(verifier, signToken({ ...two, kid: 'k1' }))).toBe('accepted');
  expect(await judge(verifier, signToken(attacker))).toBe('invalid_token: signature');
});

describe('tells nothing about a token whose signature is not verified', () => {
  test.each([
    ['expired', { exp: 1 }],
    ['for another API', { aud: 'other' }],
    ['from another issuer', { iss: 'https://evil.example' }],
    ['good but for its signature', {}],
  ])('a forged token that is %s is invalid and no more', async (_, claims) => {
    const { verifier } = await createWarm([one.jwk]);
    const error: unknown = await verifier
      .verify(signToken(attacker, { claims }))
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'invalid_token', message: 'Invalid token' });
  });

  test('an expired token is called so only with a good signature, and before its key is fetched', async () => {
    const { verifier, endpoint } = await createWarm([one.jwk]);
    expect(await judge(verifier, signToken(one, { claims: { exp: 1 } }))).toBe('token_expired: expired');
    expect(await judge(verifier, signToken(two, { claims: { exp: 1 } }))).toBe('invalid_token: unknown-kid');
    expect(endpoint.requests).toBe(1);
  });
});

test.each([
  ['malformed', 'a.b.c'],
  ['unsigned', signToken(one, { header: { alg: 'none', kid: 'x' }, now: NOW })],
  [
    'of another issuer',
    signToken(one, { header: { kid: 'x' }, claims: { iss: 'https://evil.example' }, now: NOW }),
  ],
  ['for another API', signToken(one, { header: { kid: 'x' }, claims: { aud: 'other' }, now: NOW })],
  ['expired', signToken(one, { header: { kid: 'x' }, claims: { exp: 1 }, now: NOW })],
  ['without kid', signToken(one, { header: { kid: undefined }, now: NOW })],
  ['with a kid that is no string', signToken(one, { header: { kid: 1 }, now: NOW })],
])('spends no fetch on a token that is %s', async (_, token) => {
  const { verifier, endpoint } = await createWarm([one.jwk]);
  for (let times = 0; times < 20; times += 1) expect(await judge(verifier, token)).toMatch(/^invalid_token/);
  expect(endpoint.requests).toBe(1);
});

test('follows no key that a token offers', async () => {
  const { verifier, endpoint } = await createWarm([one.jwk]);
  const offers = { jwk: attacker.jwk, jku: 'https://evil.example/jwks', x5u: 'https://evil.example/x5u' };
  expect(await judge(verifier, signToken(attacker, { header: offers }))).toBe('invalid_token: signature');
  expect(endpoint.requests).toBe(1);
});

test('refuses what is no string at all', async () => {
  const { verifier } = await createWarm([one.jwk]);
  for (const token of [undefined, null, 1, {}, ['a.b.c']]) {
    expect(await judge(verifier, token as string)).toBe('invalid_token: segments');
  }
});

describe('verifySync', () => {
  test('answers where the key is at hand, and says where only a fetch can tell', async () => {
    const { verifier, endpoint } = await createWarm([one.jwk]);
    expect(verifier.verifySync(signToken(one))?.claims.sub).toBe('user-1');
    expect(verifier.verifySync(signToken(two))).toBeUndefined();
    expect(() => verifier.verifySync(signToken(attacker))).toThrow(TokenError);
    expect(endpoint.requests).toBe(1);
  });
});

describe('judge', () => {
  test('gives what verifySync gives or throws, and throws nothing', async () => {
    const { verifier, endpoint } = await createWarm([one.jwk]);
    expect(verifier.judge(signToken(one))).toMatchObject({ claims: { sub: 'user-1' } });
    expect(verifier.judge(signToken(two))).toBeUndefined();
    expect(verifier.judge(signToken(attacker))).toEqual({ code: 'invalid_token', reason: 'signature' });
    const expired = signToken(one, { claims: { exp: 1 } });
    expect(verifier.judge(expired)).toEqual({ code: 'token_expired', reason: 'expired' });
    expect(verifier.judge(undefined as never)).toEqual({ code: 'invalid_token', reason: 'segments' });
    expect(endpoint.requests).toBe(1);
  });
});

describe('without a key set', () => {
  test('warm fails with the cause in words', async () => {
    const endpoint = createEndpoint([]);
    const verifier = createTestVerifier({ fetch: endpoint.fetch });
    await expect(verifier.warm()).rejects.toThrow(JwksError);
    await expect(verifier.warm()).rejects.toThrow(
      'No usable key set from https://idp.example/jwks: the key set has no key usable for RS256: it is empty.',
    );
    expect(verifier.ready).toBe(false);
  });

  test('a token is not judged, and the caller told when to come again', async () => {
    const endpoint = createEndpoint([]);
    const verifier = createTestVerifier({ fetch: endpoint.fetch });
    const error: unknown = await verifier.verify(signToken(one)).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'jwks_unavailable', reason: 'no-key-set', retryAfter: 1 });
    endpoint.answer([one.jwk]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(verifier.ready).toBe(true);
    expect(await judge(verifier, signToken(one))).toBe('accepted');
  });

  test('the first token fetches it', async () => {
    const endpoint = createEndpoint([one.jwk]);
    const verifier = createTestVerifier({ fetch: endpoint.fetch });
    const tokens = Array.from({ length: 50 }, (_, id) => signToken(one, { claims: { sub: `user-${id}` } }));
    const verified = await Promise.all(tokens.map((token) => verifier.verify(token)));
    // The decoder's buffers are shared: no token may come back with another one's claims.
    expect(verified.map(({ claims }) => claims.sub)).toEqual(tokens.map((_, id) => `user-${id}`));
    expect(endpoint.requests).toBe(1);
  });
});

test('an unknown key during an outage is unavailable, a known one good', async () => {
  const { verifier, endpoint } = await createWarm([one.jwk]);
  endpoint.answer(new TypeError('fetch failed'));
  expect(await judge(verifier, signToken(two))).toBe('jwks_unavailable: no-key-set');
  expect(await judge(verifier, signToken(one))).toBe('accepted');
});

describe('events', () => {
  test('tell of every outcome and never of a token', async () => {
    const events: VerifierEvent[] = [];
    const { verifier } = await createWarm([one.jwk], { onEvent: (event) => events.push(event) });
    const token = signToken(one);
    for (let times = 0; times < 3; times += 1) await verifier.verify(token);
    await judge(verifier, signToken(attacker));
    await judge(verifier, signToken(two));
    expect(events.map(({ type }) => type)).toEqual([
      'jwks-fetched',
      ...['jwks-hit', 'verified', 'jwks-hit', 'verified', 'verified'],
      ...['jwks-hit', 'refused'],
      ...['jwks-miss', 'jwks-fetched', 'refused'],
    ]);
    expect(events).toContainEqual(expect.objectContaining({ type: 'verified', cached: true }));
    expect(events).toContainEqual({ type: 'refused', code: 'invalid_token', reason: 'signature' });
    const told = JSON.stringify(events);
    for (const segment of token.split('.')) expect(told).not.toContain(segment);
  });

  test('cannot turn a good token into an error', async () => {
    const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const { verifier } = await createWarm([one.jwk], {
      onEvent: () => {
        throw new Error('the metrics are broken');
      },
    });
    expect(await judge(verifier, signToken(one))).toBe('accepted');
    expect(warnings).toHaveBeenCalledWith(new Error('the metrics are broken'));
    warnings.mockRestore();
  });
});

test('an error holds a stable code, no stack and nothing of the token', async () => {
  const { verifier } = await createWarm([one.jwk]);
  const token = signToken(attacker);
  const error: unknown = await verifier.verify(token).catch((caught: unknown) => caught);
  if (!(error instanceof TokenError)) throw new Error('expected a TokenError');
  expect(error.stack).toBe('TokenError: Invalid token');
  expect(new Error('limit is put back').stack).toContain('verify.test.ts');
  for (const segment of token.split('.')) expect(JSON.stringify(error)).not.toContain(segment);
});

describe('an unsafe call does not compile, nor does it run', () => {
  const jwksUrl = 'https://idp.example/jwks';
  const [issuer, audience] = ['https://idp.example', 'api'];

  test('without issuer', () => {
    // @ts-expect-error -- no issuer
    expect(() => createVerifier({ jwksUrl, audience, algorithms: ['RS256'] })).toThrow(VerifierConfigError);
  });
  test('without audience', () => {
    // @ts-expect-error -- no audience
    expect(() => createVerifier({ jwksUrl, issuer, algorithms: ['RS256'] })).toThrow(VerifierConfigError);
  });
  test('with another algorithm', () => {
    // @ts-expect-error -- not RS256
    expect(() => createVerifier({ jwksUrl, issuer, audience, algorithms: ['HS256'] })).toThrow(
      VerifierConfigError,
    );
  });
  test('and without any algorithm means RS256 alone, for callers without types', async () => {
    // @ts-expect-error -- no algorithms
    const verifier = createVerifier({ jwksUrl, issuer, audience, fetch: createEndpoint([one.jwk]).fetch });
    const unsigned = signToken(one, { header: { alg: 'HS256' }, claims: { iss: issuer, aud: audience } });
    expect(await judge(verifier, unsigned)).toBe('invalid_token: alg');
  });
});

test('ends its timer when disposed', async () => {
  const { verifier } = await createWarm([one.jwk]);
  expect(vi.getTimerCount()).toBe(1);
  await verifier[Symbol.asyncDispose]();
  expect(vi.getTimerCount()).toBe(0);
});
