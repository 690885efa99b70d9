import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createKey, signToken } from './testing/tokens.ts';
import { createWarm, judge } from './testing/verifier.ts';

const [one, two, attacker] = [createKey('k1'), createKey('k2'), createKey('k1')];
const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe.each([
  ['with the token cache', {}],
  ['without the token cache', { tokenCache: false }],
] as const)('%s', (_, options) => {
  test('gives the claims and the header of a good token, again and again', async () => {
    const { verifier } = await createWarm([one.jwk], options);
    const token = signToken(one, { claims: { email: 'user@example.com', realm: { roles: ['a'] } } });
    for (let times = 0; times < 3; times += 1) {
      const { header, claims } = await verifier.verify(token);
      expect(header).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'k1' });
      expect(claims).toMatchObject({ sub: 'user-1', aud: 'https://api.example', realm: { roles: ['a'] } });
    }
  });

  test('gives results that nobody can change for the next', async () => {
    const { verifier } = await createWarm([one.jwk], options);
    const token = signToken(one, { claims: { realm: { roles: ['a'] } } });
    await verifier.verify(token);
    const result = await verifier.verify(token);
    const as = structuredClone(result);
    const { header, claims } = result;
    const changes: readonly (() => unknown)[] = [
      () => Object.assign(result, { claims: {} }),
      () => Object.assign(claims, { sub: 'admin' }),
      () => Object.assign(header, { kid: 'other' }),
      () => (claims['realm'] as { roles: string[] }).roles.push('admin'),
    ];
    // What is frozen throws, and what is not shared may be changed.
    await Promise.allSettled(changes.map((change) => Promise.resolve().then(change)));
    expect(await verifier.verify(token)).toEqual(as);
  });

  test('refuses a repeated token from the moment it expires', async () => {
    const { verifier } = await createWarm([one.jwk], options);
    const token = signToken(one, { claims: { exp: NOW / 1000 + 60 } });
    for (let times = 0; times < 2; times += 1) expect(await judge(verifier, token)).toBe('accepted');
    vi.setSystemTime(NOW + 65_000 - 1);
    expect(await judge(verifier, token)).toBe('accepted');
    vi.setSystemTime(NOW + 65_000);
    expect(await judge(verifier, token)).toBe('token_expired: expired');
  });

  test('refuses a repeated token once its key is gone', async () => {
    const { verifier, endpoint } = await createWarm([one.jwk, two.jwk], options);
    const token = signToken(one, { claims: { exp: NOW / 1000 + 7200 } });
    for (let times = 0; times < 2; times += 1) expect(await judge(verifier, token)).toBe('accepted');
    endpoint.answer([two.jwk]);
    await vi.advanceTimersByTimeAsync(HOUR);
    expect(await judge(verifier, token)).toBe('invalid_token: unknown-kid');
  });

  test('trusts no key after the TTL was slept through, repeated token or not', async () => {
    const { verifier, endpoint } = await createWarm([one.jwk], options);
    const token = signToken(one, { claims: { exp: NOW / 1000 + 7200 } });
    for (let times = 0; times < 2; times += 1) expect(await judge(verifier, token)).toBe('accepted');
    endpoint.answer([two.jwk]);
    vi.setSystemTime(NOW + HOUR);
    expect(verifier.verifySync(token)).toBeUndefined();
    expect(await judge(verifier, token)).toBe('invalid_token: unknown-kid');
  });

  test('refuses a repeated token once its kid bears another key', async () => {
    const { verifier, endpoint } = await createWarm([one.jwk], options);
    const token = signToken(one, { claims: { exp: NOW / 1000 + 7200 } });
    for (let times = 0; times < 2; times += 1) expect(await judge(verifier, token)).toBe('accepted');
    endpoint.answer([{ ...two.jwk, kid: 'k1' }]);
    await vi.advanceTimersByTimeAsync(HOUR);
    expect(await judge(verifier, token)).toBe('invalid_token: signature');
    expect(await judge(verifier, signToken({ ...two, kid: 'k1' }))).toBe('accepted');
  });

  test('refuses a token that was accepted and has lost its signature, or has another one', async () => {
    const { verifier } = await createWarm([one.jwk], options);
    const token = signToken(one);
    for (let times = 0; times < 2; times += 1) expect(await judge(verifier, token)).toBe('accepted');
    const [header = '', payload = ''] = token.split('.');
    expect(await judge(verifier, `${header}.${payload}.`)).toBe('invalid_token: signature');
    const forged = signToken(attacker).split('.').at(-1) ?? '';
    expect(await judge(verifier, `${header}.${payload}.${forged}`)).toBe('invalid_token: signature');
    expect(await judge(verifier, token)).toBe('accepted');
  });

  test('judges a token anew when the clock is set back before it is valid', async () => {
    const { verifier } = await createWarm([one.jwk], options);
    const token = signToken(one, { claims: { nbf: NOW / 1000 } });
    vi.setSystemTime(NOW + HOUR - 1);
    const late = signToken(one, { now: Date.now(), claims: { nbf: NOW / 1000 + 3000 } });
    expect(await judge(verifier, late)).toBe('accepted');
    expect(await judge(verifier, late)).toBe('accepted');
    vi.setSystemTime(NOW);
    expect(await judge(verifier, late)).toBe('invalid_token: nbf');
    expect(await judge(verifier, token)).toBe('accepted');
  });
});
