import { expect, test } from 'vitest';
import { authErrorOf, authErrorResponse, checkRealm } from './auth-error.ts';
import { JwksError, TokenError, VerifierConfigError } from './errors.ts';

const options = { realm: 'tasks' };
const common = { 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8' };

test('answers no credentials with a challenge that names no error (RFC 6750 §3.1)', () => {
  expect(authErrorResponse('missing_token', options)).toEqual({
    status: 401,
    headers: { ...common, 'www-authenticate': 'Bearer realm="tasks"' },
    body: { error: 'Unauthorized', error_code: 'missing_token', message: 'Access token is missing' },
  });
});

test.each([
  ['invalid_token', 'Invalid token'],
  ['token_expired', 'Token has expired'],
] as const)('answers %s with the error invalid_token in the challenge', (code, message) => {
  expect(authErrorResponse(code, options)).toEqual({
    status: 401,
    headers: {
      ...common,
      'www-authenticate': `Bearer realm="tasks", error="invalid_token", error_description="${message}"`,
    },
    body: { error: 'Unauthorized', error_code: code, message },
  });
});

test('answers forbidden without a challenge: another token would not help', () => {
  expect(authErrorResponse('forbidden', options)).toEqual({
    status: 403,
    headers: common,
    body: {
      error: 'Forbidden',
      error_code: 'forbidden',
      message: "Access denied: cannot access another user's resources",
    },
  });
});

test('answers jwks_unavailable with the time to come again', () => {
  expect(authErrorResponse('jwks_unavailable', { ...options, retryAfter: 7 })).toEqual({
    status: 503,
    headers: { ...common, 'retry-after': '7' },
    body: {
      error: 'Service Unavailable',
      error_code: 'jwks_unavailable',
      message: 'Token cannot be verified at present',
    },
  });
  expect(authErrorResponse('jwks_unavailable', options).headers).toHaveProperty('retry-after', '30');
});

test('answers insufficient_scope with the scopes that are needed (RFC 6750 §3.1)', () => {
  expect(authErrorResponse('insufficient_scope', { ...options, scope: 'tasks:read tasks:write' })).toEqual({
    status: 403,
    headers: {
      ...common,
      'www-authenticate':
        'Bearer realm="tasks", error="insufficient_scope", ' +
        'error_description="The token lacks a scope that this request needs", scope="tasks:read tasks:write"',
    },
    body: {
      error: 'Forbidden',
      error_code: 'insufficient_scope',
      message: 'The token lacks a scope that this request needs',
    },
  });
});

test('makes an answer of what a verifier throws, and of nothing else', () => {
  expect(authErrorOf(new TokenError('token_expired', 'expired'), 'tasks')).toEqual(
    authErrorResponse('token_expired', options),
  );
  expect(authErrorOf(new TokenError('jwks_unavailable', 'no-key-set', 9))).toEqual(
    authErrorResponse('jwks_unavailable', { retryAfter: 9 }),
  );
  expect(authErrorOf(new JwksError('timeout', 'https://idp.example said nothing'))).toEqual(
    authErrorResponse('jwks_unavailable'),
  );
  expect(authErrorOf(new RangeError('a defect'))).toBeUndefined();
});

test('speaks of the realm "api" where none is given', () => {
  expect(authErrorResponse('missing_token').headers['www-authenticate']).toBe('Bearer realm="api"');
});

test.each([undefined, 'api', 'Tasks of v1', 'a,b=c;d'])('takes %j as a realm', (realm) => {
  expect(() => {
    checkRealm(realm);
  }).not.toThrow();
});

test.each(['', 'a"b', 'a\\b', 'a\r\nX-Injected: 1', 'café', 5, null])('refuses %j as a realm', (realm) => {
  expect(() => {
    checkRealm(realm);
  }).toThrow(VerifierConfigError);
});
