import { describe, expect, test } from 'vitest';
import { checkHeader } from './jose-header.ts';

function check(members: object): string | undefined {
  return checkHeader({ alg: 'RS256', kid: 'k1', ...members });
}

test('passes a header with members it does not know, a key on offer among them', () => {
  expect(
    check({ foo: 1, jku: 'https://evil.example', jwk: {}, x5c: [], cty: 'JWT', zip: 'DEF' }),
  ).toBeUndefined();
});

describe('alg', () => {
  test.each(['none', 'rs256', 'RS256 ', 'RS256\0', 'HS256', 'PS256', '', undefined, null, 0, ['RS256'], {}])(
    'refuses %j',
    (alg) => {
      expect(check({ alg })).toBe('alg');
    },
  );
});

describe('crit', () => {
  test.each([[['exp']], [[]], [['b64', 'b64']], 'exp', null, {}, false])(
    'refuses %j: no extension is known',
    (crit) => {
      expect(check({ crit })).toBe('crit');
    },
  );
});

test.each([true, false, null])('refuses b64 %j (RFC 7797)', (b64) => {
  expect(check({ b64 })).toBe('b64');
});

describe('typ', () => {
  test.each([undefined, 'JWT', 'jwt', 'at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/JWT'])(
    'passes %j',
    (typ) => {
      expect(check({ typ })).toBeUndefined();
    },
  );
  test.each([
    '',
    'logout+jwt',
    'dpop+jwt',
    'JOSE',
    'application/',
    'application/application/jwt',
    5,
    [],
    null,
  ])('refuses %j', (typ) => {
    expect(check({ typ })).toBe('typ');
  });
});

describe('kid', () => {
  test.each(['__proto__', 'a+b/c=', 'ключ-1', '../../dev/null'])('passes %j: any text names a key', (kid) => {
    expect(check({ kid })).toBeUndefined();
  });
  test.each([undefined, '', null, 1, true, ['k1'], { $ne: null }])('refuses %j', (kid) => {
    expect(check({ kid })).toBe('kid');
  });
});
