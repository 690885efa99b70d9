import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { request } from 'undici';
import { describe, expect, it } from 'vitest';
import { type IssuerControl, startMockIdp } from './index.ts';
import { useFaultyIssuers } from './testing/faulty-issuers.ts';

const issuers = useFaultyIssuers();
const { faulty, fresh, get } = issuers;

async function lastStatus(issuer: IssuerControl): Promise<number | undefined> {
  return (await issuer.journal({ endpoint: 'jwks' })).at(-1)?.status;
}

describe('a fault, seen by a client', () => {
  it('respond: any status, headers and body', async () => {
    const issuer = await faulty({
      kind: 'respond',
      status: 503,
      headers: { 'Retry-After': '7', 'content-type': 'text/html' },
      body: '<html>é</html>',
    });
    const { status, headers, body } = await get(issuer.jwksUrl);
    expect({ status, body }).toEqual({ status: 503, body: '<html>é</html>' });
    expect(headers).toMatchObject({
      'retry-after': '7',
      'content-type': 'text/html',
      'content-length': '15',
    });
    expect(await lastStatus(issuer)).toBe(503);
  });

  it('respond: bytes that are no text', async () => {
    const body = gzipSync('{"keys":[]}').toString('base64');
    const headers = { 'content-encoding': 'gzip' };
    const issuer = await faulty({ kind: 'respond', status: 200, headers, body, encoding: 'base64' });
    expect(await (await fetch(issuer.jwksUrl)).json()).toEqual({ keys: [] });
  });

  it('respond: 304 without a body', async () => {
    const issuer = await faulty({ kind: 'respond', status: 304, headers: { etag: '"1"' } });
    const { status, headers, body } = await get(issuer.jwksUrl);
    expect({ status, body, etag: headers['etag'] }).toEqual({ status: 304, body: '', etag: '"1"' });
  });

  it('respond: a wrong length on purpose, and the connection ends with it', async () => {
    const issuer = await faulty(
      { kind: 'respond', status: 200, headers: { 'content-length': '100' }, body: '{"keys":[]}' },
      { kind: 'ok' },
    );
    await expect(get(issuer.jwksUrl)).rejects.toThrow();
    expect(JSON.parse((await get(issuer.jwksUrl)).body)).toMatchObject({ keys: [{}, {}] });
  });

  it('respond: any JSON', async () => {
    const issuer = await faulty(
      { kind: 'respond', status: 200, json: [] },
      { kind: 'respond', status: 200, json: null, headers: { 'Content-Type': 'text/plain' } },
    );
    const list = await get(issuer.jwksUrl);
    expect([list.body, list.headers['content-type']]).toEqual(['[]', 'application/json']);
    const nothing = await get(issuer.jwksUrl);
    expect([nothing.body, nothing.headers['content-type']]).toEqual(['null', 'text/plain']);
  });

  it('invalid-json: half of the document in a whole answer', async () => {
    const issuer = await faulty({ kind: 'invalid-json' });
    const { status, headers, body } = await get(issuer.jwksUrl);
    expect([status, headers['content-type']]).toEqual([200, 'application/json']);
    expect(body).toMatch(/^\{"keys":\[\{/u);
    expect(() => JSON.parse(body) as unknown).toThrow();
  });

  it('edit: the good document with a wrong member, or without one', async () => {
    const issuer = fresh();
    await issuer.fault({
      endpoint: 'discovery',
      actions: [{ kind: 'edit', members: { issuer: 'https://evil.test', jwks_uri: null } }],
    });
    const document = JSON.parse(
      (await get(`${issuer.issuer}/.well-known/openid-configuration`)).body,
    ) as object;
    expect(document).toMatchObject({ issuer: 'https://evil.test', response_types_supported: ['code'] });
    expect(document).not.toHaveProperty('jwks_uri');
  });

  it('headers: the good document under headers that are not true', async () => {
    const issuer = await faulty({ kind: 'headers', headers: { 'Content-Type': 'text/html', 'x-more': '1' } });
    const { headers, body } = await get(issuer.jwksUrl);
    expect(headers).toMatchObject({ 'content-type': 'text/html', 'x-more': '1' });
    expect(JSON.parse(body)).toMatchObject({ keys: [{}, {}] });
  });

  it('delay with jitter: the good answer in the end', async () => {
    const issuer = await faulty({ kind: 'delay', ms: 1, jitterMs: 20 });
    expect((await get(issuer.jwksUrl)).status).toBe(200);
  });

  it('delay: not before others who came later, and the journal knows at once', async () => {
    const issuer = await faulty({ kind: 'delay', ms: 600_000 });
    const gone = new AbortController();
    const delayed = get(issuer.jwksUrl, gone.signal);
    await issuer.waitFor({ endpoint: 'jwks', count: 1, timeoutMs: 20_000 });
    const later = get(`${issuers.idp.url}/health`).then(() => 'later');
    expect(await Promise.race([delayed, later])).toBe('later');
    gone.abort(new Error('the client gave up'));
    await expect(delayed).rejects.toThrow('the client gave up');
  });

  it('delay: the good answer in the end', async () => {
    const issuer = await faulty({ kind: 'delay', ms: 20 });
    expect(JSON.parse((await get(issuer.jwksUrl)).body)).toMatchObject({ keys: [{}, {}] });
    expect(await lastStatus(issuer)).toBe(200);
  });

  it('hang: the request is taken and never answered', async () => {
    const issuer = await faulty({ kind: 'hang' });
    const gone = new AbortController();
    const answer = get(issuer.jwksUrl, gone.signal);
    const [entry] = await issuer.waitFor({ endpoint: 'jwks', count: 1, timeoutMs: 20_000 });
    expect(entry?.status).toBe(0);
    gone.abort(new Error('the client gave up'));
    await expect(answer).rejects.toThrow('the client gave up');
  });

  it('drip: headers at once, then the body byte by byte', async () => {
    const issuer = await faulty({ kind: 'drip', intervalMs: 1 });
    const { statusCode, body } = await request(issuer.jwksUrl, { reset: true });
    expect(statusCode).toBe(200);
    const sizes: number[] = [];
    let text = '';
    for await (const chunk of body as AsyncIterable<Buffer>) {
      sizes.push(chunk.length);
      text += chunk.toString();
    }
    expect(JSON.parse(text)).toMatchObject({ keys: [{}, {}] });
    expect(sizes.length).toBeGreaterThan(20);
  });

  it('reset: the connection is reset before any byte', async () => {
    const issuer = await faulty({ kind: 'reset' });
    const seen = await rawGet(issuer.jwksUrl);
    expect(seen).toEqual({ bytes: '', error: 'ECONNRESET' });
    expect(await lastStatus(issuer)).toBe(0);
  });

  it('truncate: the right length, half of the body, and the end', async () => {
    const issuer = await faulty({ kind: 'truncate' });
    const { bytes } = await rawGet(issuer.jwksUrl);
    const [head = '', body = ''] = bytes.split('\r\n\r\n');
    const length = Number(/content-length: (\d+)/iu.exec(head)?.[1]);
    expect(head).toMatch(/^HTTP\/1\.1 200 OK/u);
    expect(body).toHaveLength(Math.floor(length / 2));
    await expect(get(issuer.jwksUrl)).rejects.toThrow();
    expect(await lastStatus(issuer)).toBe(0);
  });

  it('redirect: to the key set of the attacker, or where told', async () => {
    const issuer = await faulty({ kind: 'redirect' }, { kind: 'redirect', location: 'file:///etc/passwd' });
    const trap = issuers.idp.issuer('attacker');
    const { status, headers } = await get(issuer.jwksUrl);
    expect([status, headers['location']]).toEqual([302, trap.jwksUrl]);
    const before = (await trap.journal()).length;
    expect(JSON.parse((await get(String(headers['location']))).body)).toMatchObject({ keys: [{}, {}] });
    expect((await trap.journal()).length).toBe(before + 1);
    expect((await get(issuer.jwksUrl)).headers['location']).toBe('file:///etc/passwd');
  });

  it('oversized: a good document of exactly so many bytes', async () => {
    const issuer = await faulty({ kind: 'oversized', bytes: 3_000_000 });
    const { headers, body } = await get(issuer.jwksUrl);
    expect(headers['content-length']).toBe('3000000');
    expect(body).toHaveLength(3_000_000);
    expect(JSON.parse(body)).toMatchObject({ keys: [{}, {}] });
  });

  it('stale: the key set as it was when the fault was set', async () => {
    const issuer = await faulty({ kind: 'stale' });
    const [before] = await issuer.keys();
    await issuer.changeKeys({ story: 'revoke-all' });
    const { body } = await get(issuer.jwksUrl);
    expect(JSON.parse(body)).toMatchObject({ keys: [{ kid: before?.kid }, {}] });
    await issuer.clearFaults();
    expect((await get(issuer.jwksUrl)).body).not.toContain(String(before?.kid));
  });
});

describe('closing', () => {
  it('does not wait for requests that hang or drip, and ends the waits for the journal', async () => {
    await using other = await startMockIdp();
    const issuer = other.issuer();
    await issuer.fault({
      endpoint: 'jwks',
      actions: [{ kind: 'hang' }, { kind: 'drip', intervalMs: 60_000 }],
    });
    const hung = [get(issuer.jwksUrl), get(issuer.jwksUrl)].map((answer) => answer.catch(() => 'dropped'));
    await issuer.waitFor({ endpoint: 'jwks', count: 2, timeoutMs: 20_000 });
    const wait = issuer.waitFor({ endpoint: 'jwks', count: 3, timeoutMs: 600_000 });
    await other.close();
    await expect(wait).rejects.toMatchObject({ code: 'closed' });
    expect(await Promise.all(hung)).toEqual(['dropped', 'dropped']);
    await expect(get(issuer.jwksUrl)).rejects.toThrow();
  });
});

/** Every byte that comes back, and how the connection ended. */
async function rawGet(url: string): Promise<{ readonly bytes: string; readonly error: string | undefined }> {
  const { hostname, port, pathname } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.write(`GET ${pathname} HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`);
  let bytes = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    bytes += chunk;
  });
  let error: string | undefined;
  socket.on('error', (cause: NodeJS.ErrnoException) => {
    error = cause.code;
  });
  await new Promise((resolve) => socket.once('close', resolve));
  return { bytes, error };
}
