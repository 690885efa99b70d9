import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requireAuth, requireOwner, requireScope } from './express.ts';
import { createEndpoint } from './testing/endpoint.ts';
import type { TestEndpoint } from './testing/endpoint.ts';
import { createKey, signToken } from './testing/tokens.ts';
import { createTestVerifier } from './testing/verifier.ts';

const [published, attacker, next] = [createKey('k1'), createKey('k1'), createKey('k2')];
const TOKEN = signToken(published);

let endpoint: TestEndpoint;
let server: Server;
let base: string;
/** Subjects of the requests that got through to the handler. */
let handled: unknown[];

beforeEach(async () => {
  endpoint = createEndpoint([published.jwk]);
  handled = [];
  const verifier = createTestVerifier({ fetch: endpoint.fetch });
  await verifier.warm();
  const app = express().disable('x-powered-by');
  app.use(requireAuth(verifier, { realm: 'tasks' }));
  app.all('/me', (request, response) => {
    handled.push(request.auth?.claims.sub);
    response.json({ sub: request.auth?.claims.sub });
  });
  app.all('/:user_id/tasks', requireOwner('user_id'), (request, response) => {
    handled.push(request.auth?.claims.sub);
    response.json([]);
  });
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const response = await fetch(`${base}${path}`, { method, headers });
  const text = await response.text();
  const body: unknown = text === '' ? undefined : JSON.parse(text);
  return { status: response.status, headers: response.headers, body };
}

/** Header lines that fetch would join. Gives the status line. */
async function getRaw(...lines: string[]): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.end(['GET /me HTTP/1.1', 'Host: api', 'Connection: close', ...lines, '', ''].join('\r\n'));
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer.slice(0, answer.indexOf('\r\n'));
}

test('lets a good token pass and hands its claims on', async () => {
  expect(await get('/me', { authorization: `bearer ${TOKEN}` })).toMatchObject({
    status: 200,
    body: { sub: 'user-1' },
  });
});

test('stops a request without credentials', async () => {
  const { status, headers, body } = await get('/me');
  expect({ status, body }).toEqual({
    status: 401,
    body: { error: 'Unauthorized', error_code: 'missing_token', message: 'Access token is missing' },
  });
  expect(headers.get('www-authenticate')).toBe('Bearer realm="tasks"');
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(handled).toEqual([]);
});

test.each([
  ['forged', signToken(attacker), 'invalid_token'],
  ['expired', signToken(published, { claims: { exp: 1 } }), 'token_expired'],
  ['malformed', 'a.b', 'invalid_token'],
  ['in two parts', `${TOKEN} x`, 'invalid_token'],
  ['quoted', `"${TOKEN}"`, 'invalid_token'],
])('stops a token that is %s', async (_, token, code) => {
  const { status, headers, body } = await get('/me', { authorization: `Bearer ${token}` });
  expect(status).toBe(401);
  expect(body).toMatchObject({ error: 'Unauthorized', error_code: code });
  expect(headers.get('www-authenticate')).toContain('error="invalid_token"');
  expect(handled).toEqual([]);
});

test.each([
  ['the query', `/me?access_token=${TOKEN}`, {}],
  ['a cookie', '/me', { cookie: `access_token=${TOKEN}; token=${TOKEN}` }],
  [
    'another header',
    '/me',
    { 'x-forwarded-authorization': `Bearer ${TOKEN}`, 'proxy-authorization': `Bearer ${TOKEN}` },
  ],
])('takes no token from %s', async (_, path, headers) => {
  expect(await get(path, headers)).toMatchObject({ status: 401, body: { error_code: 'missing_token' } });
});

describe('several Authorization headers', () => {
  test.each([
    ['good, bad', [`Authorization: Bearer ${TOKEN}`, 'Authorization: Bearer a.b.c']],
    ['bad, good', ['Authorization: Bearer a.b.c', `aUTHORIZATION: Bearer ${TOKEN}`]],
    ['good twice', [`Authorization: Bearer ${TOKEN}`, `Authorization: Bearer ${TOKEN}`]],
    ['good beside Basic', ['Authorization: Basic dTpw', `Authorization: Bearer ${TOKEN}`]],
  ])('are refused: %s', async (_, lines) => {
    expect(await getRaw(...lines)).toBe('HTTP/1.1 401 Unauthorized');
    expect(handled).toEqual([]);
  });

  test('while one is enough, in any case and with blanks after it', async () => {
    expect(await getRaw(`aUtHoRiZaTiOn: Bearer ${TOKEN} \t`)).toBe('HTTP/1.1 200 OK');
  });
});

test('answers 503 with Retry-After where the key cannot be fetched', async () => {
  endpoint.answer(new TypeError('fetch failed'));
  const { status, headers, body } = await get('/me', { authorization: `Bearer ${signToken(next)}` });
  expect({ status, body }).toEqual({
    status: 503,
    body: {
      error: 'Service Unavailable',
      error_code: 'jwks_unavailable',
      message: 'Token cannot be verified at present',
    },
  });
  expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  expect(headers.get('www-authenticate')).toBeNull();
});

test('waits for the fetch of a new key', async () => {
  endpoint.answer([published.jwk, next.jwk]);
  expect(await get('/me', { authorization: `Bearer ${signToken(next)}` })).toMatchObject({ status: 200 });
});

test('answers HEAD with the same headers and no body', async () => {
  const { status, headers, body } = await get('/me', {}, 'HEAD');
  expect({ status, body }).toEqual({ status: 401, body: undefined });
  expect(headers.get('www-authenticate')).toBe('Bearer realm="tasks"');
});

test('hands on an error that is not about the token', () => {
  const failing = createTestVerifier({ fetch: endpoint.fetch });
  failing.judge = () => {
    throw new RangeError('a defect');
  };
  const passed: unknown[] = [];
  const request = { rawHeaders: ['Authorization', `Bearer ${TOKEN}`] };
  requireAuth(failing)(request as never, {} as never, (error) => passed.push(error));
  expect(passed).toEqual([new RangeError('a defect')]);
});

describe('requireOwner', () => {
  const as = { authorization: `Bearer ${TOKEN}` };

  test('lets the owner pass', async () => {
    expect(await get('/user-1/tasks', as)).toMatchObject({ status: 200 });
    expect(await get('/user%2d1/tasks', as)).toMatchObject({ status: 200 });
  });

  test.each(['user-2', 'user-11', 'USER-1', 'user-1%20', 'user', '*', '%00', 'user-1,user-2'])(
    'stops the path of %s',
    async (id) => {
      const { status, headers, body } = await get(`/${id}/tasks`, as);
      expect({ status, body }).toEqual({
        status: 403,
        body: {
          error: 'Forbidden',
          error_code: 'forbidden',
          message: "Access denied: cannot access another user's resources",
        },
      });
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('www-authenticate')).toBeNull();
      expect(handled).toEqual([]);
    },
  );

  test('lets nobody pass where it is used wrongly', () => {
    const passed: unknown[] = [];
    requireOwner('user_id')({ params: { user_id: 'x' } } as never, {} as never, (error) =>
      passed.push(error),
    );
    requireOwner('user_id')({ params: {}, auth: {} } as never, {} as never, (error) => passed.push(error));
    expect(passed).toEqual([
      new Error('requireOwner needs requireAuth before it.'),
      new Error('requireOwner needs a path parameter "user_id".'),
    ]);
  });
});

test.each(['a"b', 'a\r\nb'])('is not made with the realm %j', (realm) => {
  expect(() => requireAuth(createTestVerifier({ fetch: endpoint.fetch }), { realm })).toThrow(
    'realm must be',
  );
});

test('requireScope lets nobody pass where it is used wrongly', () => {
  const passed: unknown[] = [];
  requireScope('tasks:write')({} as never, {} as never, (error) => passed.push(error));
  expect(passed).toEqual([new Error('requireScope needs requireAuth before it.')]);
});
