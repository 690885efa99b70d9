import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { startMockIdp } from '../mock-idp/index.ts';
import type { MockIdp } from '../mock-idp/index.ts';
import { createSchema, serverUrl } from '../verifier/service/testing/databases.ts';
import { rawRequest, send } from '../verifier/service/testing/raw-http.ts';

const WAIT = { timeout: 25_000, interval: 50 };

let idp: MockIdp;
const children: ChildProcess[] = [];
beforeAll(async () => {
  idp = await startMockIdp();
});
afterAll(() => idp[Symbol.asyncDispose]());
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
});

function start(env: Readonly<Record<string, string>>) {
  const { issuer, audience } = idp.issuer();
  const child = spawn(process.execPath, ['bin/gateproof.js', 'api', '--workers', '2'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      BETTER_AUTH_URL: issuer,
      JWT_AUDIENCE: audience,
      PORT: '0',
      ...env,
    },
  });
  children.push(child);
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  /** The lines of the log with this message. */
  const logged = (msg: string): readonly Record<string, unknown>[] =>
    out
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((line) => line['msg'] === msg);
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, logged, ended, err: () => err };
}

async function startUp(env: Readonly<Record<string, string>>) {
  const cluster = start(env);
  const line = await vi.waitFor(() => {
    const [first] = cluster.logged('all workers are listening');
    if (first === undefined) throw new Error(`not listening: ${cluster.err()}`);
    return first;
  }, WAIT);
  return { ...cluster, url: String(line['url']), pids: line['pids'] as readonly number[] };
}

/** Whether anything listens. */
async function connecting(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}

describe('several workers', () => {
  test('need a database that they can share', async () => {
    const { ended, err } = start({});
    expect(await ended).toBe(2);
    expect(err()).toContain('cannot be shared by 2 workers. Set DATABASE_URL');
  });

  test('do not start where the settings are wrong or the key set cannot be had, and say all of it', async () => {
    const wrong = start({ DATABASE_URL: 'mysql://localhost', PORT: 'x' });
    expect(await wrong.ended).toBe(2);
    expect(wrong.err()).toMatch(/DATABASE_URL is not a PostgreSQL.*PORT is not/s);
    const lost = start({
      DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/d',
      BETTER_AUTH_JWKS_URL: 'http://127.0.0.1:1/',
    });
    expect(await lost.ended).toBe(2);
    expect(lost.err()).toMatch(/No usable key set from.*No usable database at 127\.0\.0\.1:1\/d/s);
    expect(lost.err()).not.toContain('secret');
  });
});

describe.runIf(serverUrl)('several workers on a database server', () => {
  test('share one address, count together, replace one that dies, and finish what is at hand', async () => {
    await using schema = await createSchema(serverUrl ?? '');
    const { url, pids, logged, child, ended } = await startUp({ DATABASE_URL: schema.url });
    const token = (await idp.issuer().mint({ claims: { sub: 'ada' } })).token;
    expect(new Set(pids).size).toBe(2);
    await vi.waitFor(() => {
      expect(logged('listening').map((line) => line['url'])).toEqual([url, url]);
    }, WAIT);

    for (let n = 0; n < 10; n += 1) {
      expect((await send(url, 'GET', '/api/v1/me', { token })).status).toBe(200);
    }
    const counted = async (): Promise<number> => {
      const { body } = await send(url, 'GET', '/metrics');
      const line = /^http_request_duration_seconds_count\{.*route="\/api\/v1\/me".*\} (\d+)$/m.exec(body);
      expect(body).toMatch(/^jwks_keys\{.*\} 2$/m);
      expect(body).toMatch(/^jwks_fetches_total\{.*outcome="ok".*\} 2$/m);
      return Number(line?.[1]);
    };
    expect([await counted(), await counted()]).toEqual([10, 10]);

    process.kill(pids[0] ?? 0, 'SIGKILL');
    await vi.waitFor(() => {
      expect(logged('a worker ended and is replaced')).toMatchObject([{ signal: 'SIGKILL', served: true }]);
    }, WAIT);
    expect((await send(url, 'GET', '/api/v1/me', { token })).status).toBe(200);
    await vi.waitFor(() => {
      expect(logged('listening')).toHaveLength(3);
    }, WAIT);
    expect((await send(url, 'GET', '/api/v1/me', { token })).status).toBe(200);

    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    const body = JSON.stringify({ title: 'finished' });
    const headers = ['Expect: 100-continue', `Content-Length: ${body.length}`];
    socket.write(rawRequest('POST', '/api/v1/ada/tasks', { token, headers, body: '' }));
    const [interim] = (await once(socket, 'data')) as [Buffer];
    expect(interim.toString()).toContain('100 Continue');
    const answer = once(socket, 'data').then(([data]) => String(data));
    child.kill('SIGTERM');
    await vi.waitFor(() => expect(connecting(url)).rejects.toThrow('ECONNREFUSED'), WAIT);
    // Not `end`: Node takes a half-closed connection for one whose client has left.
    socket.write(body);
    expect(await answer).toContain('HTTP/1.1 201 Created');
    expect(await ended).toBe(0);
    expect(logged('a worker ended and is replaced')).toHaveLength(1);
  }, 100_000);
});
