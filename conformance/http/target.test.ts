import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createTarget } from './target.ts';
import { TargetError } from './target-error.ts';

const TOKEN = `eyJhbGciOiJSUzI1NiJ9.${'p'.repeat(40)}.${'s'.repeat(40)}`;
const secrets = [{ value: TOKEN, label: 'good' }];

async function listen(server: Server | net.Server): Promise<AsyncDisposable & { readonly url: string }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}

const serve = (handle: (request: IncomingMessage, response: ServerResponse) => void) =>
  listen(createServer(handle));

/** Answers with what arrived on the wire, byte for byte. */
const mirror = () =>
  listen(
    net.createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        const body = JSON.stringify(chunk.toString('latin1'));
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
      });
    }),
  );

test('sends the path as it stands and repeated headers as repeated lines', async () => {
  await using server = await mirror();
  await using target = createTarget(server.url);
  const exchange = await target.send({
    method: 'GET',
    path: '/a/../b/%2e%2E//c;x=1?q=[1]',
    headers: [
      ['X-One', '1'],
      ['x-two', '2'],
      ['X-One', '3'],
    ],
    secrets: [],
  });
  const wire = JSON.parse(exchange.response.body) as string;
  expect(wire).toMatch(/^GET \/a\/\.\.\/b\/%2e%2E\/\/c;x=1\?q=\[1\] HTTP\/1\.1\r\n/);
  expect(wire.match(/^x-.*$/gim)).toEqual(['X-One: 1', 'x-two: 2', 'X-One: 3']);
});

test.each<[string, string]>([
  ['Connection', 'close, Authorization'],
  ['Host', 'localhost'],
  ['Expect', '100-continue'],
])('sends a %s header that common clients would swallow or refuse', async (name, value) => {
  await using server = await mirror();
  await using target = createTarget(server.url);
  const exchange = await target.send({ method: 'GET', path: '/', headers: [[name, value]], secrets: [] });
  expect(JSON.parse(exchange.response.body)).toContain(`\r\n${name}: ${value}\r\n`);
});

test('gives repeated response headers apart and follows no redirect', async () => {
  await using server = await serve((_request, response) => {
    response.writeHead(302, [
      ['Location', '/elsewhere'],
      ['WWW-Authenticate', 'Bearer'],
      ['WWW-Authenticate', 'DPoP'],
    ]);
    response.end();
  });
  await using target = createTarget(server.url);
  const { response } = await target.send({ method: 'GET', path: '/', headers: [], secrets: [] });
  expect(response.status).toBe(302);
  expect(response.headers.filter(([name]) => name === 'WWW-Authenticate')).toEqual([
    ['WWW-Authenticate', 'Bearer'],
    ['WWW-Authenticate', 'DPoP'],
  ]);
});

test('redacts a token and each of its segments on both sides, and says what was echoed', async () => {
  await using server = await serve((request, response) => {
    const token = request.headers.authorization?.split(' ')[1] ?? '';
    response.setHeader('X-Debug', token.split('.')[2] ?? '');
    response.end(JSON.stringify({ token, again: token.split('.')[1] }));
  });
  await using target = createTarget(server.url);
  const exchange = await target.send({
    method: 'POST',
    path: `/?access_token=${TOKEN}`,
    headers: [['Authorization', `Bearer ${TOKEN}`]],
    body: `access_token=${TOKEN}`,
    secrets,
  });
  const shown = JSON.stringify(exchange);
  expect(TOKEN.split('.').filter((segment) => shown.includes(segment))).toEqual([]);
  expect(new Set(exchange.echoed)).toEqual(new Set(['token', 'header', 'payload', 'signature']));
  expect(exchange.request).toEqual({
    method: 'POST',
    path: '/?access_token=[good]',
    headers: [['Authorization', 'Bearer [good]']],
    body: 'access_token=[good]',
  });
});

test('redacts a token that the check did not declare', async () => {
  await using server = await serve((_request, response) => response.end(`oops ${TOKEN}`));
  await using target = createTarget(server.url);
  const exchange = await target.send({ method: 'GET', path: '/', headers: [], secrets: [] });
  expect(exchange.response.body).toBe('oops [a token]');
});

test('says that nobody listens', async () => {
  const server = await serve(() => undefined);
  const { url } = server;
  await server[Symbol.asyncDispose]();
  await using target = createTarget(url);
  const request = { method: 'GET', path: '/', headers: [], secrets: [] };
  await expect(target.send(request)).rejects.toMatchObject({ name: 'TargetError', code: 'unreachable' });
  await expect(target.sendRaw(Buffer.from('GET / HTTP/1.1\r\n\r\n'), { secrets: [] })).rejects.toMatchObject({
    code: 'unreachable',
  });
});

test('gives up on a server that takes the request and never answers', async () => {
  await using server = await serve(() => undefined);
  await using target = createTarget(server.url, { timeoutMs: 200 });
  const request = { method: 'GET', path: '/', headers: [], secrets: [] };
  await expect(target.send(request)).rejects.toMatchObject({ code: 'timeout' });
  const bytes = Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await expect(target.sendRaw(bytes, { secrets: [] })).rejects.toMatchObject({ code: 'timeout' });
});

test('gives up on a server that never ends its answer', async () => {
  await using server = await serve((_request, response) => response.write('{'));
  await using target = createTarget(server.url, { timeoutMs: 200 });
  const sent = target.send({ method: 'GET', path: '/', headers: [], secrets: [] });
  await expect(sent).rejects.toMatchObject({ code: 'timeout' });
});

test('says that the connection was closed, for a server that drops every one', async () => {
  let connections = 0;
  await using server = await listen(
    net.createServer((socket) => {
      connections += 1;
      socket.on('error', () => undefined).on('data', () => socket.destroy());
    }),
  );
  await using target = createTarget(server.url);
  const sent = target.send({ method: 'GET', path: '/', headers: [], secrets: [] });
  await expect(sent).rejects.toThrow(
    new TargetError('closed', 'the connection was closed without an answer'),
  );
  expect(connections).toBe(2);
  const raw = target.sendRaw(Buffer.from('GET / HTTP/1.1\r\n\r\n'), { secrets: [] });
  await expect(raw).rejects.toMatchObject({ code: 'closed' });
});

test('repeats no write on a connection that was dropped', async () => {
  let requests = 0;
  await using server = await serve((request) => {
    requests += 1;
    request.socket.destroy();
  });
  await using target = createTarget(server.url);
  const sent = target.send({ method: 'POST', path: '/', headers: [], body: '{}', secrets: [] });
  await expect(sent).rejects.toMatchObject({ code: 'closed' });
  expect(requests).toBe(1);
});

test('gives pipelined answers in order, each with its own request', async () => {
  await using server = await serve((request, response) => {
    response.statusCode = request.url === '/one' ? 200 : 401;
    response.end(request.url);
  });
  await using target = createTarget(server.url);
  const head = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
  const exchanges = await target.sendRaw(Buffer.from(head('/one') + head('/two')), {
    answers: 2,
    secrets: [],
  });
  expect(exchanges.map(({ request, response }) => [request.path, response.status, response.body])).toEqual([
    ['/one', 200, '/one'],
    ['/two', 401, '/two'],
  ]);
});

test('gives the one answer of a server that closes before the second', async () => {
  await using server = await serve((_request, response) => {
    response.shouldKeepAlive = false;
    response.end();
  });
  await using target = createTarget(server.url);
  const head = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
  expect(await target.sendRaw(Buffer.from(head + head), { answers: 2, secrets: [] })).toHaveLength(1);
});
