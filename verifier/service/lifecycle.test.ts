import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openDatabase, StartError } from './index.ts';
import type { Database } from './index.ts';
import { startTestApi } from './testing/api.ts';
import type { TestApi, TestApiOptions } from './testing/api.ts';
import { createSchema, serverUrl } from './testing/databases.ts';
import { startProxy } from './testing/proxy.ts';
import { jsonOf, rawRequest, send } from './testing/raw-http.ts';

let database: Database;

beforeAll(async () => {
  database = await openDatabase({ onLost: () => undefined });
});
afterAll(() => database[Symbol.asyncDispose]());

async function problemsOf(options: TestApiOptions): Promise<readonly string[]> {
  try {
    await using api = await startTestApi(options);
    return [`started at ${api.url}`];
  } catch (error) {
    if (error instanceof StartError) return error.problems;
    throw error;
  }
}

async function statusOf(api: TestApi, path: string, token?: string): Promise<number> {
  return (await send(api.url, 'GET', path, { token })).status;
}

describe('the start', () => {
  it('is refused without a usable key set and without a database, and says both', async () => {
    const problems = await problemsOf({
      env: { DATABASE_URL: 'postgres://ada:secret@127.0.0.1:1/tasks' },
      prepare: (idp) => idp.fault({ endpoint: 'jwks', actions: [{ kind: 'respond', status: 500 }] }),
    });
    expect(problems).toEqual([
      expect.stringMatching(
        /^No usable key set from http:.*jwks\.json: the endpoint answered 500 .*BETTER_AUTH_JWKS_URL/,
      ),
      expect.stringMatching(
        /^No usable database at 127\.0\.0\.1:1\/tasks: .*ECONNREFUSED.*correct DATABASE_URL\.$/,
      ),
    ]);
    expect(problems.join('\n')).not.toContain('secret');
  });

  it('is refused where the port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const problems = await problemsOf({ database, env: { PORT: String(port) } });
    taken.close();
    expect(problems).toEqual([`Port ${port} of 127.0.0.1 is taken. Stop what listens there, or set PORT.`]);
  });

  it('goes ahead without a key set where it may be degraded: alive, not ready, and in time recovered', async () => {
    await using api = await startTestApi({
      database,
      env: { JWKS_STARTUP: 'degraded', JWKS_COOLDOWN: '0.2' },
      prepare: (idp) => idp.fault({ endpoint: 'jwks', actions: [{ kind: 'respond', status: 500 }] }),
    });
    const token = await api.token('ada');
    expect(await statusOf(api, '/health')).toBe(200);
    const ready = await send(api.url, 'GET', '/ready');
    expect([ready.status, ready.headers.has('retry-after')]).toEqual([503, true]);
    expect(jsonOf(ready)).toEqual({ status: 'not_ready', checks: { jwks: 'failed', database: 'ok' } });
    const refused = await send(api.url, 'GET', '/api/v1/me', { token });
    expect([refused.status, jsonOf(refused)['error_code']]).toEqual([503, 'jwks_unavailable']);
    expect(refused.headers.has('retry-after')).toBe(true);
    expect(refused.body).not.toContain('127.0.0.1');
    await api.idp.clearFaults();
    await vi.waitFor(async () => {
      expect(await statusOf(api, '/ready')).toBe(200);
    }, 10_000);
    expect(await statusOf(api, '/api/v1/me', token)).toBe(200);
  });
});

describe('the end', () => {
  /** A request whose body the API has begun to wait for. */
  async function beginRequest(api: TestApi): Promise<{ end: () => void; answer: Promise<string> }> {
    const { hostname, port } = new URL(api.url);
    const socket = connect(Number(port), hostname);
    const body = JSON.stringify({ title: 'finished' });
    const headers = ['Expect: 100-continue', `Content-Length: ${body.length}`];
    socket.write(
      rawRequest('POST', '/api/v1/ada/tasks', { token: await api.token('ada'), headers, body: '' }),
    );
    const [interim] = (await once(socket, 'data')) as [Buffer];
    expect(interim.toString()).toContain('100 Continue');
    const answer = once(socket, 'data').then(([data]) => String(data));
    return { end: () => socket.end(body), answer };
  }

  it('finishes the requests at hand and takes no more', async () => {
    const api = await startTestApi({ database });
    const request = await beginRequest(api);
    const stopped = api[Symbol.asyncDispose]();
    await expect(send(api.url, 'GET', '/health')).rejects.toThrow('ECONNREFUSED');
    request.end();
    const answer = await request.answer;
    expect(answer).toContain('HTTP/1.1 201 Created');
    expect(answer.toLowerCase()).toContain('connection: close');
    await stopped;
  });

  it('does not wait for who never finishes', async () => {
    const api = await startTestApi({ database, drainMs: 50 });
    const request = await beginRequest(api);
    request.answer.catch(() => undefined);
    await api[Symbol.asyncDispose]();
    await vi.waitFor(() => {
      expect(api.log()).toContain('"aborted":true');
    });
  });
});

describe.runIf(serverUrl)('a database that goes and comes back', () => {
  it('costs the requests that need it, and nothing else', async () => {
    await using schema = await createSchema(serverUrl ?? '');
    await using proxy = await startProxy(new URL(schema.url));
    await using api = await startTestApi({ env: { DATABASE_URL: proxy.url } });
    const token = await api.token('ada');
    const path = '/api/v1/ada/tasks';
    expect(await statusOf(api, path, token)).toBe(200);
    proxy.cut();
    for (const method of ['GET', 'POST']) {
      const answer = await send(api.url, method, path, { token, body: { title: 'lost' } });
      expect([answer.status, jsonOf(answer)['error_code']]).toEqual([503, 'database_unavailable']);
      expect(answer.headers.has('retry-after')).toBe(true);
    }
    expect(jsonOf(await send(api.url, 'GET', '/ready'))['checks']).toEqual({
      jwks: 'ok',
      database: 'failed',
    });
    expect(await statusOf(api, '/health')).toBe(200);
    expect(await statusOf(api, '/api/v1/me', token)).toBe(200);
    expect(await statusOf(api, path)).toBe(401);
    proxy.mend();
    expect(await statusOf(api, '/ready')).toBe(200);
    expect(jsonOf(await send(api.url, 'GET', path, { token }))['items']).toEqual([]);
  });
});
