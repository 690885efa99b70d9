import { beforeAll, describe, expect, test } from 'vitest';
import type { JournalEntry } from '../../../mock-idp/index.ts';
import { type Contract, defaultContractPath, loadContract } from '../../../spec/index.ts';
import type { Evidence } from '../../invariant.ts';
import type { RecordedExchange } from '../../recorder.ts';
import { sampleOperations } from '../../samples.ts';
import { DEFAULT_SETTINGS } from '../../settings.ts';
import { allInvariants } from './index.ts';

let contract: Contract;
beforeAll(async () => {
  contract = await loadContract(defaultContractPath());
});

type Parts = Partial<Omit<RecordedExchange, 'request' | 'response'>> & {
  readonly request?: Partial<RecordedExchange['request']>;
  readonly status?: number;
  readonly headers?: RecordedExchange['response']['headers'];
  readonly body?: unknown;
};

const NO_STORE = ['Cache-Control', 'no-store'] as const;
const CHALLENGE = ['WWW-Authenticate', 'Bearer realm="t"'] as const;
const UNAUTHORIZED = { error: 'Unauthorized', error_code: 'invalid_token', message: 'Invalid token' };
const FORBIDDEN = { error: 'Forbidden', error_code: 'forbidden', message: 'No' };
const ME = { user_id: 'user-123', email: null, name: null, exp: 1, iss: 'http://idp' };

/** By default the right answer to a bad token. */
function exchange({
  request,
  status = 401,
  headers,
  body = UNAUTHORIZED,
  ...rest
}: Parts = {}): RecordedExchange {
  return {
    request: { method: 'GET', path: '/base/api/v1/me', headers: [], ...request },
    response: {
      status,
      headers: headers ?? [NO_STORE, CHALLENGE],
      body: typeof body === 'string' ? body : JSON.stringify(body),
    },
    ...{ durationMs: 5, check: 'some-check', area: 'claims', own: false, raw: false },
    ...rest,
  };
}

function judge(id: string, exchanges: readonly RecordedExchange[], rest: Partial<Evidence> = {}) {
  const invariant = allInvariants.find((candidate) => candidate.id === id);
  if (invariant === undefined) throw new Error(`no invariant ${id}`);
  return invariant.judge({
    ...{ exchanges, calls: [], contract, basePath: '/base', settings: DEFAULT_SETTINGS },
    issuer: { url: 'http://idp', keys: [{ kid: 'kid-1', state: 'active', alg: 'RS256', publicJwk: {} }] },
    operations: sampleOperations(contract),
    ...rest,
  });
}

const forbidden = (parts: Parts = {}) => exchange({ status: 403, body: FORBIDDEN, ...parts });
const served = (parts: Parts = {}) => exchange({ status: 200, body: ME, ...parts });

describe('the right answers keep every rule', () => {
  test.each([
    ['never-5xx', exchange()],
    ['err-401-schema', exchange()],
    ['err-403-schema', forbidden({ request: { path: '/base/api/v1/user-456/tasks' } })],
    ['answer-schema', served()],
    ['err-www-authenticate', exchange()],
    ['err-cache-control', forbidden()],
    ['err-no-stack', exchange()],
    ['err-no-library-name', exchange()],
    ['err-no-token-echo', served()],
    ['answer-in-time', exchange()],
  ])('%s', (id, right) => {
    expect(judge(id, [right])).toMatchObject({ outcome: 'pass', observed: 'so it is in all answers' });
  });
});

describe('a wrong answer breaks the rule that it breaks', () => {
  test.each<[string, string, Parts, string]>([
    ['never-5xx', 'a 500', { status: 500 }, 'answered 500'],
    ['never-5xx', 'a 503 while the key set can be had', { status: 503 }, 'answered 503'],
    ['never-5xx', 'a 501 to a known method', { status: 501 }, 'answered 501'],
    ['err-401-schema', 'no body', { body: '' }, 'the body is empty'],
    ['err-401-schema', 'HTML', { body: '<html>' }, 'the body is not JSON'],
    [
      'err-401-schema',
      'the body of a framework',
      { body: { detail: 'x' } },
      "the body must have required property 'error'",
    ],
    [
      'err-401-schema',
      'a code of another status',
      { body: { ...UNAUTHORIZED, error_code: 'forbidden' } },
      'the body/error_code',
    ],
    [
      'err-401-schema',
      'the same on a path of nobody',
      { request: { path: '/x' }, body: {} },
      'the body must have',
    ],
    ['err-403-schema', 'the body of a 401', { status: 403 }, 'the body/error'],
    ['answer-schema', 'a missing member', { status: 200, body: { user_id: 'a' } }, 'the body must have'],
    [
      'answer-schema',
      'another type',
      { status: 200, body: { ...ME, user_id: 7 } },
      'the body/user_id must be string',
    ],
    [
      'answer-schema',
      'a status of no operation',
      { status: 202, body: ME },
      'the status 202 is not declared',
    ],
    ['err-www-authenticate', 'no challenge', { headers: [NO_STORE] }, 'no WWW-Authenticate'],
    [
      'err-www-authenticate',
      'another scheme',
      { headers: [['www-authenticate', 'Basic realm="x"']] },
      'the challenge is of basic',
    ],
    ['err-cache-control', 'no Cache-Control', { headers: [] }, 'no Cache-Control'],
    [
      'err-cache-control',
      'a freshness',
      { headers: [['cache-control', 'max-age=60']] },
      'Cache-Control: max-age=60',
    ],
    [
      'err-no-token-echo',
      'a segment of the token',
      { echoed: ['signature'] },
      'holds the signature that was sent',
    ],
    [
      'err-no-token-echo',
      'the id of a key',
      { body: { ...UNAUTHORIZED, message: 'not kid-1' } },
      'the id of a key',
    ],
    ['answer-in-time', 'a slow answer', { durationMs: 1001 }, 'more than 1000 ms'],
  ])('%s: %s', (id, _, parts, observed) => {
    const finding = judge(id, [exchange({ check: 'z' }), exchange({ check: 'a', ...parts })]);
    expect(finding).toMatchObject({ outcome: 'fail', exchange: { check: 'a' } });
    expect(finding.observed).toContain(observed);
    expect(finding.observed).toMatch(/^1 of [12] answers break it; first in a: /);
  });

  test.each([
    'Traceback (most recent call last):',
    '  File "main", line 3',
    'at verify (/app/src/auth.js:10:5)',
    'at file:///app/src/auth.ts:10:5',
    'com.acme.AuthException: no',
    'at com.acme.Auth.check(Auth.java:99)',
    'goroutine 7 [running]:',
    'TypeError: Cannot read properties of undefined',
    'cannot open /usr/lib/x.so',
    'C:\\app\\auth.cs',
    'ERROR: syntax error at or near "x"',
    'SELECT id FROM tasks',
  ])('err-no-stack: %s', (message) => {
    expect(judge('err-no-stack', [exchange({ body: { message } })]).outcome).toBe('fail');
    expect(judge('err-no-stack', [exchange({ headers: [['X-Error', message]] })]).outcome).toBe('fail');
  });

  test.each([
    'JWSSignatureVerificationFailed',
    'jwt malformed',
    'IDX10501: Signature validation failed',
    'Not enough segments',
    'PyJWKClientError',
    'no applicable key found in the JSON Web Key Set',
    'error:0200007B:OpenSSL',
  ])('err-no-library-name: %s', (message) => {
    expect(judge('err-no-library-name', [exchange({ body: { message } })]).outcome).toBe('fail');
  });
});

describe('an answer that a rule does not speak of breaks nothing', () => {
  test.each<[string, string, Parts]>([
    ['never-5xx', 'a 503 of a story about key sets', { status: 503, area: 'jwks' }],
    ['never-5xx', 'a 503 of a bench with faults', { status: 503, own: true }],
    ['never-5xx', 'a service that is not ready', { status: 503, request: { path: '/base/ready' } }],
    ['never-5xx', 'a 501 to an unknown method', { status: 501, request: { method: 'FOO' } }],
    ['never-5xx', 'a 505 to another HTTP', { status: 505, raw: true }],
    [
      'err-no-stack',
      'a path that the client sent',
      { body: '/usr/x', request: { path: '/usr/x' }, status: 404 },
    ],
    ['err-no-library-name', 'a plain sentence', { body: { message: 'Invalid token' } }],
    [
      'err-no-stack',
      'a sentence with a colon',
      { body: { message: 'title: must have at least 1 character' } },
    ],
  ])('%s: %s', (id, _, parts) => {
    expect(judge(id, [exchange(parts)]).outcome).toBe('pass');
  });

  test.each<[string, Parts]>([
    ['err-401-schema', { request: { method: 'HEAD' }, body: '' }],
    ['err-www-authenticate', { status: 404, headers: [] }],
    ['answer-schema', { status: 200, body: {}, request: { path: '/base/other' } }],
    ['answer-in-time', { durationMs: 9000, own: true }],
    ['answer-in-time', { durationMs: 9000, area: 'jwks' }],
  ])('%s: %j is not judged', (id, parts) => {
    expect(judge(id, [exchange(parts)])).toMatchObject({ outcome: 'not-testable' });
  });
});

describe('calls to the identity provider', () => {
  const call = (rest: Partial<JournalEntry>): JournalEntry => ({
    ...{
      seq: 1,
      at: 0,
      method: 'GET',
      path: '/.well-known/jwks.json',
      endpoint: 'jwks',
      headers: {},
      status: 200,
    },
    ...rest,
  });

  test.each<[string, Partial<JournalEntry>, string]>([
    ['for keys', {}, 'pass'],
    [
      'for the discovery document',
      { endpoint: 'discovery', path: '/.well-known/openid-configuration' },
      'pass',
    ],
    ['of a browser that looks at it', { endpoint: 'other', path: '/favicon.ico' }, 'pass'],
    ['for a session', { endpoint: 'session', path: '/api/auth/get-session' }, 'fail'],
    ['for something unknown', { endpoint: 'other', path: '/api/users/user-123' }, 'fail'],
    ['that post to the key set', { method: 'POST' }, 'fail'],
  ])('%s: %o', (_, rest, outcome) => {
    expect(judge('perf-zero-other-idp-calls', [], { calls: [call({}), call(rest)] }).outcome).toBe(outcome);
  });
});

test('the report shows the same example however the answers came in', () => {
  const wrong = ['b', 'a', 'c'].map((check) => exchange({ check, status: 500 }));
  const [one, two] = [judge('never-5xx', wrong), judge('never-5xx', [...wrong].reverse())];
  expect(one).toEqual(two);
  expect(one.observed).toBe('3 of 3 answers break it; first in a: answered 500');
});
