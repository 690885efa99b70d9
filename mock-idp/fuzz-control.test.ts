import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type MockIdp, startMockIdp } from './index.ts';
import { nearValid } from './testing/near-valid.ts';
import { assertWell, type Sent, sendTo } from './testing/sent.ts';

let idp: MockIdp;
beforeAll(async () => {
  idp = await startMockIdp({ maxIssuers: 50 });
});
afterAll(() => idp.close());
afterEach(() => assertWell(idp));

const send = (
  method: string,
  path: string,
  ...rest: readonly [body?: string, headers?: Record<string, string>]
): Promise<Sent> => sendTo(idp, method, path, ...rest);

/** RFC 9457 §3. */
function expectProblem({ status, type, text }: Sent): void {
  expect(status).toBeLessThan(500);
  if (status < 400) return;
  expect(type).toBe('application/problem+json');
  const problem = JSON.parse(text) as Record<string, unknown>;
  expect(problem).toEqual({
    type: 'about:blank',
    title: expect.stringMatching(/./u) as string,
    status,
    detail: expect.stringMatching(/^.{5,2000}$/su) as string,
    code: expect.stringMatching(/^(?!internal$)[a-z_]+$/u) as string,
  });
}

const jsonType = { 'content-type': 'application/json' };

describe('the control plane under any body', () => {
  const samples: Readonly<Record<string, readonly unknown[]>> = {
    '/mint': [
      {
        claims: { sub: 'a', exp: '+1m', nbf: '-1s', aud: ['a'], email: null },
        header: { kid: 'x', crit: ['b'] },
      },
      { key: 'unpublished', typ: 'at+jwt' },
      { count: 3, each: { sub: 'user-{n}', jti: '{uuid}' }, seed: 's', claims: { iss: 'x' } },
    ],
    '/forge': [
      { name: 'alg-none', claims: { sub: 'a' }, header: { typ: null }, leeway: 5, otherSub: 'b' },
      { name: 'exp-past', claims: { exp: 1, iat: 'now' } },
      { name: 'jwe-bomb' },
    ],
    '/keys': [
      { story: 'announce' },
      { story: 'promote', kid: 'mine' },
      { story: 'withdraw', kid: 'mine' },
      { story: 'restore', kid: 'mine' },
      { story: 'rotate-after', fetches: 2, overlap: false },
      { story: 'generate', alg: 'ES256', kid: 'mine', state: 'passive' },
      { story: 'generate', alg: 'RS256', bits: 1024, state: 'active' },
      { story: 'import', jwk: { kty: 'oct', k: 'c2VjcmV0', alg: 'HS256', kid: 'mine' }, state: 'passive' },
      { story: 'import', jwk: { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', d: 'AA' } },
      { story: 'decoys', keys: [{ kty: 'RSA' }, null, 'x', [1]], first: true },
      { story: 'odd-keys', sorts: ['oct', 'missing-kid', 'off-curve'], count: 2, first: false },
      { story: 'edit', members: { use: null, alg: 'RS512', kid: 7 }, kid: 'mine' },
    ],
    '/faults': [
      { endpoint: 'jwks', actions: [{ kind: 'ok' }, { kind: 'stale' }, { kind: 'hang' }], times: 2 },
      {
        endpoint: 'token',
        actions: [
          { kind: 'delay', ms: 5, jitterMs: 5 },
          { kind: 'drip', intervalMs: 1 },
        ],
      },
      { endpoint: 'session', actions: [{ kind: 'edit', members: { user: null } }, { kind: 'truncate' }] },
      { endpoint: 'discovery', actions: [{ kind: 'headers', headers: { 'content-type': 'text/html' } }] },
      {
        endpoint: 'userinfo',
        actions: [
          { kind: 'redirect', location: 'https://a.test/' },
          { kind: 'oversized', bytes: 9 },
        ],
      },
      {
        endpoint: 'sign-in',
        actions: [{ kind: 'respond', status: 503, headers: { 'retry-after': '1' }, body: 'x' }],
      },
      { endpoint: 'refresh', actions: [{ kind: 'respond', status: 200, json: { a: 1 } }, { kind: 'reset' }] },
    ],
    '/settings': [
      { preset: 'keycloak', issuer: 'https://a.test/', audience: 'a', tokenLifetime: 5 },
      { metadata: { jwks_uri: 'https://a.test/jwks', issuer: null }, preset: null },
      { caching: { jwks: { cacheControl: 'no-store', etag: true, expires: '+1m', age: 3 }, discovery: {} } },
    ],
    '/clock': [
      { kind: 'freeze', at: '2030-01-31T12:00:00Z' },
      { kind: 'advance', by: '+1h' },
      { kind: 'offset', by: '-7d' },
      { kind: 'real' },
    ],
  };

  it.each(Object.entries(samples))('%s is answered or refused by name', async (path, bodies) => {
    const any = fc.oneof(
      { weight: 9, arbitrary: nearValid(bodies).map((body) => JSON.stringify(body)) },
      fc.string({ unit: 'binary' }),
    );
    await fc.assert(
      fc.asyncProperty(any, async (body) => {
        expectProblem(await send('POST', `/fuzz/_mock${path}`, body, jsonType));
        // What was set must not break what shows it, either.
        expectProblem(await send('GET', '/fuzz/_mock/info'));
        expectProblem(await send('GET', '/fuzz/_mock/keys'));
      }),
      { numRuns: 120 },
    );
    await send('POST', '/fuzz/_mock/reset');
    // The samples are good as they stand, else their neighbours would not come near anything.
    const [first] = bodies;
    expect((await send('POST', `/fuzz/_mock${path}`, JSON.stringify(first), jsonType)).status).toBeLessThan(
      300,
    );
    await send('DELETE', '/fuzz/_mock/faults');
  });

  it('says why under any query of the journal', async () => {
    const name = fc.oneof(
      fc.constantFrom('endpoint', 'method', 'path', 'status', 'client', 'kid', 'after', 'count'),
      fc.string(),
    );
    const value = fc.oneof(
      fc.constantFrom('jwks', 'GET', '/x', '0', '-1', '1', '1e3', '99999999999999999'),
      fc.string(),
    );
    const pairs = fc.array(fc.tuple(name, value), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(pairs, fc.constantFrom('', '/count', '/wait'), async (query, kind) => {
        const text = new URLSearchParams([...query, ['timeoutMs', '1']] as [string, string][]).toString();
        expectProblem(await send('GET', `/fuzz/_mock/journal${kind}?${text}`));
      }),
      { numRuns: 150 },
    );
  });

  it('answers any path and method', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.webPath(),
          fc.webPath().map((path) => `/_mock/${path}`),
          fc.webPath().map((path) => `/t/_mock/${path}`),
        ),
        fc.constantFrom('GET', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'POST'),
        async (path, method) => {
          expectProblem(await send(method, `/${path}`));
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each(['*', '//', '/%', '/%00', 'http://x/jwks', '/\u00e9', '/?%', '/jwks?\u0001', '/_mock/%2e%2e/mint'])(
    'survives a request for %j',
    async (target) => {
      const socket = connect(Number(new URL(idp.url).port), '127.0.0.1');
      socket.write(`GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`, 'latin1');
      const [head] = (await once(socket, 'data')) as [Buffer];
      expect(head.toString('latin1')).toMatch(/^HTTP\/1\.1 [24]\d\d /u);
      socket.destroy();
    },
  );
});

describe('an endpoint under any fault', () => {
  const actions = [
    {
      kind: 'respond',
      status: 503,
      headers: { 'retry-after': '1', 'content-length': '3' },
      body: 'abc',
      encoding: 'utf8',
    },
    { kind: 'respond', status: 204, headers: { 'transfer-encoding': 'chunked' }, json: {} },
    { kind: 'headers', headers: { 'content-type': 'text/html', 'content-encoding': 'gzip' } },
    { kind: 'edit', members: { keys: null, issuer: 'x' } },
    { kind: 'redirect', location: '/elsewhere' },
    { kind: 'oversized', bytes: 2000 },
    { kind: 'drip', intervalMs: 1 },
    { kind: 'delay', ms: 1, jitterMs: 1 },
    ...['truncate', 'invalid-json', 'stale', 'reset', 'hang'].map((kind) => ({ kind })),
  ];

  it('does it, and the journal knows', async () => {
    const issuer = idp.issuer('faulty');
    let seq = 0;
    await fc.assert(
      fc.asyncProperty(nearValid(actions), fc.constantFrom('GET', 'HEAD'), async (action, method) => {
        const fault = JSON.stringify({ endpoint: 'jwks', actions: [action], times: 1 });
        expectProblem(await send('POST', '/faulty/_mock/faults', fault, jsonType));
        const giveUp = new AbortController();
        const answered = fetch(issuer.jwksUrl, { method, signal: giveUp.signal, redirect: 'manual' })
          .then((response) => response.arrayBuffer())
          .catch(() => undefined);
        // Some never answer; that they were asked shows in the journal.
        const [entry] = await issuer.waitFor({ endpoint: 'jwks', after: seq, count: 1, timeoutMs: 10_000 });
        seq = entry?.seq ?? 0;
        giveUp.abort();
        await answered;
        await issuer.clearFaults();
      }),
      { numRuns: 150 },
    );
    expect((await fetch(issuer.jwksUrl)).status).toBe(200);
  });
});
