import { describe, expect, test } from 'vitest';
import { sampleOperations } from '../../samples.ts';
import { DEFAULT_SETTINGS } from '../../settings.ts';
import { judgeRun, type Recorded, recorded } from '../testing/evidence.ts';
import { contract } from '../testing/prove.ts';

const challenge = (value: string): Recorded => ({ headers: { 'WWW-Authenticate': value } });
const notFound: Recorded = {
  path: '/api/v1/nothing',
  status: 404,
  body: { error: 'Not Found', error_code: 'not_found', message: 'No such route' },
};
const served: Recorded = { status: 200, body: { user_id: 'user-123' } };
const unavailable: Recorded = {
  status: 503,
  own: true,
  body: { error: 'Service Unavailable', error_code: 'jwks_unavailable', message: 'Not at present' },
};
const forbidden: Recorded = { status: 403, headers: { 'WWW-Authenticate': '' } };

describe('the right answer keeps the rule', () => {
  test.each<[string, Recorded]>([
    ['err-404-405-422-schema', notFound],
    ['err-5xx-schema', unavailable],
    ['err-content-type', {}],
    ['err-json-clean', {}],
    ['err-status-consistent', { body: { status: 401, code: 40_100 } }],
    ['err-message-safe', {}],
    ['err-challenge-params', {}],
    ['err-challenge-grammar', challenge('Bearer realm="a", error="b"')],
    ['err-challenge-charset', challenge('Bearer error_description="Invalid token"')],
    ['err-challenge-403', forbidden],
    ['err-challenge-403', { status: 403, ...challenge('Bearer error="insufficient_scope"') }],
    ['err-challenge-single-scheme', {}],
    ['ok-cache-control', { ...served, headers: { 'Cache-Control': 'private, max-age=60' } }],
    ['err-not-heuristically-cached', notFound],
    ['err-no-set-cookie', {}],
    ['err-security-headers', served],
    ['err-security-headers', { headers: { 'Content-Security-Policy': '', 'X-Frame-Options': 'DENY' } }],
    ['err-no-fingerprint', { headers: { Server: 'nginx' } }],
    ['err-no-jwks-detail', unavailable],
  ])('%s', (id, right) => {
    expect(judgeRun(id, [recorded(right)])).toMatchObject({ outcome: 'pass' });
  });
});

describe('a wrong answer breaks it', () => {
  test.each<[string, Recorded, string]>([
    [
      'err-404-405-422-schema',
      { ...notFound, body: { detail: 'Not Found' } },
      'answered 404 without error, error_code',
    ],
    [
      'err-404-405-422-schema',
      { ...notFound, status: 405, body: 'Method Not Allowed' },
      'without a JSON object',
    ],
    [
      'err-404-405-422-schema',
      { method: 'POST', path: '/api/v1/u/tasks', sent: '{}', status: 422, body: { detail: [] } },
      'answered 422 without',
    ],
    [
      'err-5xx-schema',
      { ...unavailable, body: '<h1>Bad gateway</h1>' },
      'answered 503 without a JSON object',
    ],
    ['err-content-type', { headers: { 'Content-Type': 'text/plain' } }, 'Content-Type: text/plain'],
    ['err-content-type', { headers: { 'Content-Type': '' } }, 'no Content-Type'],
    [
      'err-content-type',
      { headers: { 'Content-Type': 'application/problem+json' } },
      'application/problem+json',
    ],
    ['err-json-clean', { body: '\ufeff{}' }, 'a byte order mark'],
    ['err-json-clean', { body: '{"a":"\ufffd"}' }, 'not UTF-8'],
    ['err-json-clean', { body: "{'error': 'x'}" }, 'not JSON'],
    ['err-json-clean', { body: '{"error":"a","nested":{"b":1,"b":2}}' }, 'a member appears twice'],
    ['err-status-consistent', { body: { status: 400 } }, 'answered 401, the body says 400'],
    ['err-status-consistent', { body: { statusCode: 500 } }, 'the body says 500'],
    ['err-message-safe', { body: { message: 'x'.repeat(201) } }, 'a message of 201 characters'],
    ['err-message-safe', { body: { message: 'a\nb' } }, 'a control character'],
    ['err-message-safe', { body: { message: '<b>no</b>' } }, 'markup'],
    ['err-challenge-params', challenge('Bearer'), 'and nothing else'],
    ['err-challenge-grammar', challenge('Bearer realm="a", realm="b"'), 'the parameter realm appears twice'],
    ['err-challenge-grammar', challenge('Bearer error_description="say "no""'), 'does not parse'],
    ['err-challenge-charset', challenge('Bearer error_description="a\\"b"'), 'error_description holds'],
    [
      'err-challenge-403',
      { ...forbidden, ...challenge('Bearer error="invalid_token"') },
      'with invalid_token',
    ],
    ['err-challenge-403', { ...forbidden, ...challenge('Bearer realm="a"') }, 'with no error'],
    ['err-challenge-single-scheme', challenge('Bearer realm="a", DPoP algs="RS256"'), 'a challenge of dpop'],
    [
      'ok-cache-control',
      { ...served, headers: { 'Cache-Control': 'public, max-age=60' } },
      'public, max-age=60',
    ],
    ['ok-cache-control', { ...served, headers: { 'Cache-Control': '' } }, 'no Cache-Control'],
    ['err-not-heuristically-cached', { ...notFound, headers: { 'Cache-Control': '' } }, 'no Cache-Control'],
    ['err-no-set-cookie', { headers: { 'Set-Cookie': 'session=1' } }, 'sets a cookie'],
    ['err-security-headers', { headers: { 'X-Content-Type-Options': '' } }, 'without X-Content-Type-Options'],
    ['err-security-headers', { ...served, headers: { 'Content-Security-Policy': '' } }, 'X-Frame-Options or'],
    ['err-no-fingerprint', { headers: { 'X-Powered-By': 'Express' } }, 'X-Powered-By: Express'],
    ['err-no-fingerprint', { headers: { Server: 'uvicorn/0.30' } }, 'Server: uvicorn/0.30'],
    [
      'err-no-jwks-detail',
      { ...unavailable, body: { message: 'GET http://127.0.0.1:4321/x' } },
      'the address',
    ],
    [
      'err-no-jwks-detail',
      { ...unavailable, body: { message: 'Expected 200 OK from the JSON Web Key Set' } },
      'JSON Web Key Set',
    ],
    ['err-no-jwks-detail', { ...unavailable, body: { message: 'connect ECONNREFUSED' } }, 'ECONNREFUSED'],
    [
      'err-no-jwks-detail',
      { ...unavailable, body: { message: 'Unexpected token < in JSON' } },
      'Unexpected token',
    ],
  ])('%s: %j', (id, wrong, observed) => {
    expect(judgeRun(id, [recorded(wrong)])).toMatchObject({
      outcome: 'fail',
      observed: expect.stringContaining(observed) as string,
    });
  });
});

describe('where a rule does not apply', () => {
  test('what a parser says of a token is not what it says of a key set', () => {
    const malformed = recorded({ own: true, body: { message: 'Invalid header string: Expecting value' } });
    expect(judgeRun('err-no-jwks-detail', [malformed])).toMatchObject({ outcome: 'pass' });
  });

  test('a 400 of the HTTP parser has no shape', () => {
    const parser = recorded({ status: 400, body: '', headers: { 'Content-Type': '' } });
    expect(judgeRun('err-404-405-422-schema', [parser, recorded(notFound)])).toMatchObject({
      outcome: 'pass',
    });
  });

  test('the 503 of a readiness route is none of a protected operation', () => {
    const ready = recorded({ path: '/ready', status: 503, body: { status: 'not_ready' } });
    expect(judgeRun('err-5xx-schema', [ready])).toMatchObject({ outcome: 'not-testable' });
  });

  test('a success without Cache-Control is no fault where the contract does not ask for it', () => {
    const operations = contract.operations.map((operation) => ({
      ...operation,
      responses: Object.fromEntries(
        Object.entries(operation.responses).map(([status, response]) => [
          status,
          { ...response, headers: {} },
        ]),
      ),
    }));
    const silent = { ...contract, operations };
    const found = judgeRun('ok-cache-control', [recorded({ ...served, headers: { 'Cache-Control': '' } })], {
      contract: silent,
    });
    expect(found).toMatchObject({ outcome: 'pass' });
  });

  test('a run without a 403 has none to judge where foreign resources are declared to be 404', () => {
    const settings = { ...DEFAULT_SETTINGS, crossUserStatus: 404 as const };
    for (const id of ['err-403-schema', 'err-challenge-403']) {
      expect(judgeRun(id, [recorded()])).toMatchObject({ outcome: 'not-testable' });
      expect(judgeRun(id, [recorded()], { settings })).toMatchObject({ outcome: 'not-applicable' });
    }
  });

  test('a run without a 403 has none to judge where no path names an owner', () => {
    const { primary } = sampleOperations(contract);
    const operations = { all: [primary], primary };
    expect(judgeRun('err-403-schema', [recorded()], { operations })).toMatchObject({
      outcome: 'not-applicable',
    });
  });
});
