import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectMockIdp, type IssuersInfo, type MockIdp, startMockIdp } from './index.ts';

let idp: MockIdp;

beforeAll(async () => {
  idp = await startMockIdp();
});
afterAll(() => idp.close());

/** With a `Host` of one's choice, which `fetch` does not allow. */
async function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<unknown> {
  const { body } = await request(idp.url + path, { method: method as 'GET', headers });
  return body.json();
}

describe('the address of an issuer', () => {
  it.each<[string, Record<string, string>, string]>([
    ['Host', { host: 'idp:4000' }, 'http://idp:4000'],
    ['a Host without a port', { host: 'idp.internal' }, 'http://idp.internal'],
    ['an IPv6 Host', { host: '[::1]:4000' }, 'http://[::1]:4000'],
    ['X-Forwarded-Proto', { host: 'idp', 'x-forwarded-proto': 'https' }, 'https://idp'],
    ['X-Forwarded-Port', { host: 'idp:80', 'x-forwarded-port': '8443' }, 'http://idp:8443'],
    [
      'X-Forwarded-Host, the first of several',
      { host: 'inner', 'x-forwarded-host': 'idp.test, proxy', 'x-forwarded-proto': 'https,http' },
      'https://idp.test',
    ],
  ])('follows %s, in discovery and in tokens', async (_, headers, url) => {
    expect(await ask('/a/b/.well-known/openid-configuration', headers)).toMatchObject({
      issuer: `${url}/a/b`,
      jwks_uri: `${url}/a/b/.well-known/jwks.json`,
    });
    const minted = (await ask('/a/b/_mock/mint', headers, 'POST')) as { token: string };
    expect(decodeJwt(minted.token).iss).toBe(`${url}/a/b`);
    expect(await ask('/a/b/_mock/info', headers)).toMatchObject({ url, issuer: `${url}/a/b` });
  });

  it.each([
    ['names no place', { host: 'a"b' }],
    ['has a path', { 'x-forwarded-host': 'evil.test/path' }],
    ['has no scheme of the web', { 'x-forwarded-proto': 'javascript' }],
  ])('is the one the server listens on where the header %s', async (_, headers) => {
    const document = await ask('/.well-known/openid-configuration', headers);
    expect(document).toMatchObject({ issuer: idp.url });
  });

  it('leads traps to where the client is', async () => {
    const { body } = await request(`${idp.url}/_mock/forge`, {
      method: 'POST',
      headers: { host: 'idp:4000', 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'jku-attacker' }),
    });
    const { tokens } = (await body.json()) as { tokens: { token: string }[] };
    const lures = tokens.map(({ token }) => decodeProtectedHeader(token)['jku']);
    expect(lures).toContain('http://idp:4000/attacker/.well-known/jwks.json');
    await idp.issuer('trapped').fault({ endpoint: 'jwks', actions: [{ kind: 'redirect' }] });
    const { headers } = await request(`${idp.url}/trapped/jwks`, { headers: { host: 'idp:4000' } });
    expect(headers['location']).toBe('http://idp:4000/attacker/.well-known/jwks.json');
  });

  it('is the one the server listens on in process, whoever asked before', async () => {
    await ask('/.well-known/openid-configuration', { host: 'other.test' });
    expect(decodeJwt((await idp.issuer('a').mint()).token).iss).toBe(`${idp.url}/a`);
  });

  it('is the public URL for everybody where there is one', async () => {
    const port = await freePort();
    await using pinned = await startMockIdp({ publicUrl: 'https://idp.test/', port });
    expect(pinned.url).toBe('https://idp.test');
    const { body } = await request(`http://127.0.0.1:${port}/a/.well-known/openid-configuration`, {
      headers: { host: 'other.test' },
    });
    expect(await body.json()).toMatchObject({ issuer: 'https://idp.test/a' });
  });

  it('of an issuer of several segments is found by the path-insert form of RFC 8414 §3.1, too', async () => {
    for (const kind of ['oauth-authorization-server', 'openid-configuration']) {
      const document = await ask(`/.well-known/${kind}/realms/demo`);
      expect(document).toMatchObject({ issuer: `${idp.url}/realms/demo` });
    }
  });

  it('keeps an endpoint of the default issuer from being taken for one of another', async () => {
    await fetch(`${idp.url}/api/auth/get-session`);
    const names = ((await ask('/_mock/issuers')) as IssuersInfo).issuers.map(({ name }) => name);
    expect(names).not.toContain('api/auth');
    expect(() => idp.issuer('api/auth')).toThrow('begins like the path of an endpoint');
    expect(() => idp.issuer('tenant/api/auth')).toThrow(
      '/tenant/api/auth/jwks is an endpoint of another issuer',
    );
  });
});

describe('settings of an issuer', () => {
  it('pin the issuer and put its key set on another host, and null takes that back', async () => {
    const issuer = idp.issuer('split');
    const start = { issuer: issuer.issuer, jwksUrl: issuer.jwksUrl };
    const info = await issuer.configure({
      issuer: 'http://localhost:4000/',
      audience: 'orders',
      metadata: { jwks_uri: 'http://idp:4000/split/jwks', userinfo_endpoint: null },
    });
    const split = { issuer: 'http://localhost:4000/', jwksUrl: 'http://idp:4000/split/jwks' };
    expect(info).toMatchObject({ ...split, audience: 'orders' });
    expect(issuer).toMatchObject({ ...split, audience: 'orders' });
    const document = await ask('/split/.well-known/openid-configuration', { host: 'elsewhere' });
    expect(document).toMatchObject({ issuer: split.issuer, jwks_uri: split.jwksUrl });
    expect(document).not.toHaveProperty('userinfo_endpoint');
    expect(await (await fetch(start.jwksUrl)).json()).toMatchObject({ keys: [{}, {}] });
    expect((await issuer.mint()).claims).toMatchObject({ iss: split.issuer, aud: 'orders' });

    await issuer.configure({ issuer: null, metadata: null });
    expect(issuer).toMatchObject({ ...start, audience: 'orders' });
    await issuer.reset();
    expect(issuer.audience).toBe('https://api.example.com');
  });

  it('are the same over HTTP, and known to whoever connects later', async () => {
    const control = (await connectMockIdp(idp.url)).issuer('remote/settings');
    expect(control.issuer).toBe(`${idp.url}/remote/settings`);
    await control.configure({ issuer: 'https://app.test' });
    expect(control.issuer).toBe('https://app.test');
    expect((await connectMockIdp(idp.url)).issuer('remote/settings').issuer).toBe('https://app.test');
    await control.reset();
    expect(control.issuer).toBe(`${idp.url}/remote/settings`);
  });

  it('can be given by name at the start, over those of all', async () => {
    await using server = await startMockIdp({
      audience: 'all',
      tokenLifetime: 60,
      issuers: { 'realms/a': { audience: 'mine' } },
    });
    const control = await connectMockIdp(server.url);
    expect([server.issuer('realms/a').audience, server.issuer('b').audience]).toEqual(['mine', 'all']);
    expect([control.issuer('realms/a').audience, control.issuer('c').audience]).toEqual(['mine', 'all']);
    await server.issuer('realms/a').reset();
    expect(server.issuer('realms/a').audience).toBe('mine');
  });

  it.each([
    [{ isuer: 'https://a.test' }, 'unknown member "isuer"; did you mean "issuer"?'],
    [{ issuer: 'a.test' }, 'issuer: expected an absolute http or https URL'],
    [{ tokenLifetime: 0 }, 'tokenLifetime:'],
    [{ metadata: [] }, 'metadata: expected a JSON object'],
  ])('refuse %j', async (settings, message) => {
    await expect(idp.issuer('refusing').configure(settings as object)).rejects.toThrow(message);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
