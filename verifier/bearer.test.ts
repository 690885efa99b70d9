import { expect, test } from 'vitest';
import { parseAuthorization } from './bearer.ts';

test.each([
  'Bearer a.b.c',
  'bearer a.b.c',
  'BEARER a.b.c',
  'bEaReR   a.b.c',
  'Bearer a.b.c \t',
  '  Bearer a.b.c',
])('finds the token in %j', (value) => {
  expect(parseAuthorization([value])).toEqual({ token: 'a.b.c' });
});

test.each([
  '',
  ' ',
  'Bearer',
  'Bearer ',
  'Bearera.b.c',
  'Bearer: a.b.c',
  'Bearer\ta.b.c',
  'Basic dTpw',
  'Token a.b.c',
  'DPoP a.b.c',
  'a.b.c',
])('finds no credentials in %j', (value) => {
  expect(parseAuthorization([value])).toBe('missing');
});

test('finds no credentials where there is no header', () => {
  expect(parseAuthorization([])).toBe('missing');
});

test.each(['Bearer a.b.c x', 'Bearer a.b.c, Bearer d.e.f', 'Bearer a.b.c,', 'Bearer , a.b.c'])(
  'refuses %j: not one token',
  (value) => {
    expect(parseAuthorization([value])).toBe('malformed');
  },
);

test.each([
  ['Bearer a.b.c', 'Bearer a.b.c'],
  ['Bearer a.b.c', 'Basic dTpw'],
  ['', 'Bearer a.b.c'],
])('refuses several header lines: %j and %j', (...values) => {
  expect(parseAuthorization(values)).toBe('malformed');
});

test.each(['"a.b.c"', 'token=a.b.c', 'null', '=', 'a.b%2Ec'])(
  'leaves %j for the verifier to refuse',
  (token) => {
    expect(parseAuthorization([`Bearer ${token}`])).toEqual({ token });
  },
);
