import { describe, expect, test } from 'vitest';
import {
  allOf,
  expectAccepted,
  expectRefused,
  fail,
  firstFailure,
  identities,
  notApplicable,
  pass,
} from './finding.ts';
import type { Exchange } from './model.ts';

function answered(status: number, body: unknown, headers: Exchange['response']['headers'] = []): Exchange {
  return {
    request: { method: 'GET', path: '/me', headers: [] },
    response: { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) },
    durationMs: 1,
  };
}

const error = (status: number, code: unknown, challenge = 'Bearer realm="t"') =>
  answered(status, { error: 'x', error_code: code, message: 'x' }, [['WWW-Authenticate', challenge]]);

describe('a token that must be refused', () => {
  test.each<[string, Exchange]>([
    ['401 with a code of the same class', error(401, 'token_expired')],
    ['401 with a code of another API', error(401, 'AUTH_17')],
    ['401 without the envelope', answered(401, { detail: 'Not authenticated' })],
    ['401 with a body that is no JSON', answered(401, '<html>')],
  ])('passes on %s', (_, exchange) => {
    expect(expectRefused(exchange).outcome).toBe('pass');
  });

  test.each<[string, Exchange, string]>([
    ['a success', answered(200, { user_id: 'user-456' }), 'answered 200 with the identity of user-456'],
    ['another status', error(403, 'forbidden'), 'answered 403 with error_code forbidden'],
    ['a redirect', answered(302, ''), 'answered 302'],
    ['a server error', answered(500, 'oops'), 'answered 500'],
    ['a code of another class', error(401, 'forbidden'), 'answered 401 with error_code forbidden'],
  ])('fails on %s and says what was seen', (_, exchange, observed) => {
    expect(expectRefused(exchange)).toMatchObject({ outcome: 'fail', observed });
  });

  test('fails on a code that names another cause', () => {
    const missing = error(401, 'missing_token');
    expect(expectRefused(missing, { codes: ['invalid_token'] }).outcome).toBe('fail');
    expect(expectRefused(missing, { codes: ['missing_token'] }).outcome).toBe('pass');
  });

  test('passes on any of several statuses, each with its own codes', () => {
    const options = { status: [401, 503] };
    expect(expectRefused(error(503, 'jwks_unavailable'), options).outcome).toBe('pass');
    expect(expectRefused(error(503, 'forbidden'), options).outcome).toBe('fail');
  });

  test('has the challenge that was asked for', () => {
    const named = error(401, 'invalid_token', 'Basic, Bearer error="invalid_token"');
    expect(expectRefused(named, { challenge: 'invalid_token' }).outcome).toBe('pass');
    expect(expectRefused(named, { challenge: null })).toMatchObject({
      outcome: 'fail',
      observed: 'answered 401 with error_code invalid_token, challenge with error="invalid_token"',
    });
    const anonymous = error(401, 'missing_token');
    expect(expectRefused(anonymous, { challenge: null }).outcome).toBe('pass');
    expect(expectRefused(anonymous, { challenge: 'invalid_token' }).outcome).toBe('fail');
  });
});

describe('a token that must be accepted', () => {
  test.each<[string, Exchange, 'pass' | 'fail']>([
    ['the identity asked for', answered(200, { user_id: 'user-123' }), 'pass'],
    ['that identity in every item of a list', answered(200, { items: [{ user_id: 'user-123' }] }), 'pass'],
    ['another identity', answered(200, { user_id: 'user-456' }), 'fail'],
    ['both', answered(200, [{ user_id: 'user-123' }, { user_id: 'user-456' }]), 'fail'],
    ['none', answered(200, {}), 'fail'],
    ['a refusal that names the identity', answered(401, { user_id: 'user-123' }), 'fail'],
  ])('is judged by the answer: %s', (_, exchange, outcome) => {
    expect(expectAccepted(exchange, { sub: 'user-123' }).outcome).toBe(outcome);
  });

  test('is judged by the status alone where nothing else is asked', () => {
    expect(expectAccepted(answered(204, '')).outcome).toBe('pass');
    expect(expectAccepted(answered(204, ''), { status: 200 }).outcome).toBe('fail');
    expect(expectAccepted(answered(304, '')).outcome).toBe('fail');
  });
});

test('finds an identity at any depth, and none in what is not JSON', () => {
  expect(
    identities(answered(200, { data: { owner: { sub: 'a' }, list: [{ ownerId: 'b' }, { sub: 'a' }] } })),
  ).toEqual(['a', 'b']);
  expect(identities(answered(200, 'user_id: a'))).toEqual([]);
});

test('a failure outweighs what does not apply, and that outweighs a pass', () => {
  const findings = [pass('a', 'b'), notApplicable('c'), fail('d', 'e')];
  expect(firstFailure(findings).outcome).toBe('fail');
  expect(firstFailure(findings.slice(0, 2)).outcome).toBe('not-applicable');
  expect(allOf([pass('a', 'b'), pass('a', 'b')])).toMatchObject({
    outcome: 'pass',
    observed: 'b, in all of 2 observations',
  });
  expect(() => firstFailure([])).toThrow('at least one observation');
});
