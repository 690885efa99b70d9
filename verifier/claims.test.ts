import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkClaims } from './claims.ts';
import type { ClaimPolicy } from './claims.ts';

const NOW = 1_800_000_000;
const policy: ClaimPolicy = { issuer: 'https://idp.example', audience: 'api', leeway: 5 };
const good = { iss: policy.issuer, aud: 'api', sub: 'user-1', iat: NOW - 10, exp: NOW + 300 };

function check(claims: object, now = NOW): string | undefined {
  return checkClaims({ ...good, ...claims }, policy, now);
}

test('passes good claims, and any claim it does not know', () => {
  expect(check({})).toBeUndefined();
  expect(check({ nbf: NOW, role: 'admin', deep: { er: [1] }, jti: 7, azp: null })).toBeUndefined();
});

test('passes without iat and nbf', () => {
  expect(check({ iat: undefined })).toBeUndefined();
});

describe('iss', () => {
  test.each([
    'https://idp.example/',
    'https://IDP.example',
    ' https://idp.example',
    'https://idp.exampl',
    '',
  ])('refuses %j, which is not the issuer character by character', (iss) => {
    expect(check({ iss })).toBe('iss');
  });
  test('refuses an array that holds the issuer', () => {
    expect(check({ iss: [policy.issuer] })).toBe('iss');
  });
});

describe('aud', () => {
  test.each([['api'], ['other', 'api'], ['api', 'api']])('passes an array that holds ours: %j', (...aud) => {
    expect(check({ aud })).toBeUndefined();
  });
  test.each([
    'ap',
    'api2',
    'API',
    'api/',
    'x api',
    '',
    '*',
    null,
    1,
    {},
    { api: 1 },
    [],
    [''],
    [['api']],
    ['api', 1],
    ['api', null],
  ])('refuses %j', (aud) => {
    expect(check({ aud })).toBe('aud');
  });
});

describe('sub', () => {
  test.each(['', '\ud800', 'a\udc00b', null, 1, true, ['user-1'], {}])('refuses %j', (sub) => {
    expect(check({ sub })).toBe('sub');
  });
  test.each([' user-1', '__proto__', '用户', '😀', 'a/../b'])('passes %j as it is', (sub) => {
    expect(check({ sub })).toBeUndefined();
  });
});

describe('exp', () => {
  test('holds to the last moment of the leeway, and not one longer', () => {
    expect(check({ exp: NOW - 5 }, NOW - 0.001)).toBeUndefined();
    expect(check({ exp: NOW - 5 })).toBe('expired');
  });
  test('is exclusive: at exp itself a token is dead (RFC 7519 §4.1.4)', () => {
    expect(checkClaims({ ...good, exp: NOW }, { ...policy, leeway: 0 }, NOW)).toBe('expired');
  });
  test.each([0, -1, NOW - 3600, NOW - 5.5])('calls %d expired', (exp) => {
    expect(check({ exp })).toBe('expired');
  });
  test.each([NOW + 60.5, NOW * 1000, 8.64e12 + 1, 2 ** 63, 1e30])('passes %d', (exp) => {
    expect(check({ exp })).toBeUndefined();
  });
  test.each(['9999999999', '2030-01-01', null, true, [NOW], {}, Infinity, -Infinity, NaN])(
    'refuses %j',
    (exp) => {
      expect(check({ exp })).toBe('exp');
    },
  );
});

describe.each(['nbf', 'iat'])('%s', (name) => {
  test('may lie in the future by the leeway, and not one moment more', () => {
    expect(check({ [name]: NOW + 5 })).toBeUndefined();
    expect(check({ [name]: NOW + 5.001 })).toBe(name);
  });
  test.each(['1', null, true, [], {}, Infinity])('refuses %j', (value) => {
    expect(check({ [name]: value })).toBe(name);
  });
});

test('speaks of expiry only where nothing else is wrong', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('iss', 'aud', 'sub', 'nbf', 'iat'),
      fc.jsonValue().filter((value) => typeof value !== 'number' && typeof value !== 'string'),
      (name, value) => {
        expect(check({ exp: NOW - 3600, [name]: value })).toBe(name);
      },
    ),
  );
});
