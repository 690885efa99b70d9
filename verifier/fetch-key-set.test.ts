import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { JwksError } from './errors.ts';
import { fetchKeySet } from './fetch-key-set.ts';
import type { KeySet } from './key-set.ts';
import { createKey } from './testing/tokens.ts';

const key = createKey('k1');
const DOCUMENT = JSON.stringify({ keys: [key.jwk] });
const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks?secret=x`;
}

async function get(
  url: string,
  timeoutMs = 5000,
  signal: AbortSignal = new AbortController().signal,
): Promise<KeySet> {
  return (await fetchKeySet(url, { timeoutMs, fetch: globalThis.fetch, now: Date.now, signal })).keySet;
}

async function failure(listener: RequestListener, timeoutMs?: number): Promise<JwksError> {
  const error: unknown = await get(await serve(listener), timeoutMs).catch((caught: unknown) => caught);
  if (error instanceof JwksError) return error;
  throw new Error('expected a JwksError', { cause: error });
}

test('asks with one GET for JSON, without credentials or cookies', async () => {
  const seen: IncomingMessage[] = [];
  const url = await serve((request, response) => {
    seen.push(request);
    response.end(DOCUMENT);
  });
  const set = await get(url);
  expect([...set.keys.keys()]).toEqual(['k1']);
  expect(seen.map(({ method, url: path }) => [method, path])).toEqual([['GET', '/jwks?secret=x']]);
  expect(seen[0]?.headers).toMatchObject({ accept: 'application/jwk-set+json, application/json' });
  expect(seen[0]?.headers).not.toHaveProperty('authorization');
  expect(seen[0]?.headers).not.toHaveProperty('cookie');
});

test.each([200, 201, 203, 204, 304, 404, 429, 500, 503])(
  'takes keys from a 200 only, not from a %d',
  async (status) => {
    const url = await serve((_, response) => response.writeHead(status).end(DOCUMENT));
    const outcome = await get(url).then(
      () => 'keys',
      (error: unknown) => (error as JwksError).reason,
    );
    expect(outcome).toBe(status === 200 ? 'keys' : 'status');
  },
);

test.each([301, 302, 303, 307, 308])('follows no redirect: %d', async (status) => {
  let visits = 0;
  const elsewhere = await serve((_, response) => {
    visits += 1;
    response.end(DOCUMENT);
  });
  const error = await failure((_, response) => response.writeHead(status, { location: elsewhere }).end());
  expect(error.reason).toBe('redirect');
  expect(visits).toBe(0);
});

describe('gives up', () => {
  test('at the deadline where no answer comes', async () => {
    const error = await failure(() => undefined, 50);
    expect(error.reason).toBe('timeout');
    expect(error.message).toContain('no complete answer within 0.05 s');
  });

  test('at the deadline where the answer drips', async () => {
    const error = await failure((_, response) => {
      const drip = setInterval(() => response.write(' '), 5);
      response.on('close', () => {
        clearInterval(drip);
      });
    }, 100);
    expect(error.reason).toBe('timeout');
  });

  test('as soon as the answer is too large, while it is still coming', async () => {
    let closed: Promise<void> | undefined;
    const error = await failure((_, response) => {
      closed = new Promise((resolve) => response.on('close', resolve));
      response.write(`{"pad":"${'x'.repeat(300 * 1024)}`);
    });
    expect(error.reason).toBe('too-large');
    await closed;
  });

  test('when told to', async () => {
    const controller = new AbortController();
    const url = await serve(() => {
      controller.abort();
    });
    await expect(get(url, 5000, controller.signal)).rejects.toMatchObject({ reason: 'unreachable' });
  });
});

test('takes a document of nearly 256 KiB', async () => {
  const padded = JSON.stringify({ keys: [key.jwk], pad: 'x'.repeat(255 * 1024) });
  const set = await get(await serve((_, response) => response.end(padded)));
  expect(set.size).toBe(1);
});

test('counts the bytes of a compressed answer as they come out', async () => {
  const { gzipSync } = await import('node:zlib');
  const bomb = gzipSync(`{"pad":"${'x'.repeat(10 * 2 ** 20)}"}`);
  const small = gzipSync(DOCUMENT);
  const headers = { 'content-encoding': 'gzip' };
  const error = await failure((_, response) => response.writeHead(200, headers).end(bomb));
  expect(error.reason).toBe('too-large');
  const set = await get(await serve((_, response) => response.writeHead(200, headers).end(small)));
  expect(set.size).toBe(1);
});

test('refuses an answer that breaks off', async () => {
  const error = await failure((_, response) => {
    response.writeHead(200, { 'content-length': DOCUMENT.length + 10 });
    response.write(DOCUMENT, () => response.destroy());
  });
  expect(error.reason).toBe('interrupted');
});

test('refuses bytes that are not UTF-8, and reads over a byte order mark', async () => {
  const error = await failure((_, response) => response.end(Buffer.from(DOCUMENT, 'utf16le')));
  expect(error.reason).toBe('not-json');
  const stray = Buffer.concat([
    Buffer.from(`{"x":"`),
    Buffer.of(0xff),
    Buffer.from(`",${DOCUMENT.slice(1)}`),
  ]);
  expect((await failure((_, response) => response.end(stray))).reason).toBe('not-json');
  const set = await get(await serve((_, response) => response.end(`\ufeff${DOCUMENT}`)));
  expect(set.size).toBe(1);
});

test('survives any nesting', async () => {
  const error = await failure((_, response) => response.end('['.repeat(200_000)));
  expect(error.reason).toBe('not-json');
});

test('names the endpoint and the cause, but not the query, which may hold a secret', async () => {
  const html = await failure((_, response) => response.end('<html>'));
  expect(html.message).toMatch(
    /^No usable key set from http:\/\/127\.0\.0\.1:\d+\/jwks: the answer is not JSON\.$/,
  );
  const url = await serve(() => undefined);
  await new Promise((resolve) => servers.pop()?.close(resolve));
  await expect(get(url)).rejects.toThrow('the endpoint cannot be reached (ECONNREFUSED).');
});
