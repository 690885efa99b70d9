import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { connectMockIdp, MockIdpError, type MockIdpOptions, startMockIdp } from './index.ts';

describe('starting', () => {
  it('pins the issuer on request, verbatim, while the endpoints stay where they are', async () => {
    await using idp = await startMockIdp({ issuer: 'https://app.example.com/' });
    const control = await connectMockIdp(idp.url);
    for (const issuer of [idp.issuer(), control.issuer()]) {
      expect(issuer.issuer).toBe('https://app.example.com/');
      expect(issuer.jwksUrl).toBe(`${idp.url}/.well-known/jwks.json`);
      expect(decodeJwt((await issuer.mint()).token).iss).toBe('https://app.example.com/');
    }
    for (const issuer of [idp.issuer('tenant'), control.issuer('tenant')]) {
      expect(issuer.issuer).toBe('https://app.example.com/tenant');
      expect(decodeJwt((await issuer.mint()).token).iss).toBe(issuer.issuer);
    }
  });

  it('leaves the attacker where its tokens say it is, else nobody would walk into the trap', async () => {
    await using idp = await startMockIdp({ issuer: 'https://app.example.com' });
    expect(idp.issuer('attacker').issuer).toBe(`${idp.url}/attacker`);
  });

  it('gives out the public URL where it is reached at another address', async () => {
    await using idp = await startMockIdp({ publicUrl: 'http://idp.internal:4000/' });
    expect(idp.url).toBe('http://idp.internal:4000');
    expect(idp.issuer('a')).toMatchObject({
      issuer: 'http://idp.internal:4000/a',
      jwksUrl: 'http://idp.internal:4000/a/.well-known/jwks.json',
    });
  });

  it('names only what it serves in its discovery document', async () => {
    await using idp = await startMockIdp();
    const url = `${idp.url}/tenant/.well-known/openid-configuration`;
    const document = (await (await fetch(url)).json()) as Record<string, unknown>;
    expect(document).toMatchObject({
      issuer: `${idp.url}/tenant`,
      jwks_uri: `${idp.url}/tenant/.well-known/jwks.json`,
    });
    const endpoints = Object.entries(document).filter(([name]) => /_endpoint$|_uri$/u.test(name));
    for (const [, endpoint] of endpoints) expect((await fetch(String(endpoint))).status).not.toBe(404);
  });

  it('goes by the clock it is given', async () => {
    await using idp = await startMockIdp({ now: () => 1_000_000_500 });
    expect((await idp.issuer().mint()).claims).toMatchObject({ iat: 1_000_000, exp: 1_000_300 });
  });

  it('shares no key with another server', async () => {
    await using one = await startMockIdp();
    await using two = await startMockIdp();
    const [ours, theirs] = await Promise.all([one.issuer().keys(), two.issuer().keys()]);
    expect(ours.some(({ kid }) => theirs.some((key) => key.kid === kid))).toBe(false);
  });

  it('says that a port is taken', async () => {
    await using idp = await startMockIdp();
    const port = Number(new URL(idp.url).port);
    await expect(startMockIdp({ port })).rejects.toThrow(
      new MockIdpError(
        'listen_failed',
        `Cannot listen on 127.0.0.1 port ${port}: it is taken; choose another port, or 0 for a free one`,
      ),
    );
  });

  it.each<[object, string]>([
    [{ isuer: 'https://app.example.com' }, 'unknown member "isuer"; did you mean "issuer"?'],
    [{ issuer: 'app.example.com' }, 'issuer: expected an absolute http or https URL'],
    [{ port: 70_000 }, 'port:'],
    [{ users: [] }, 'users:'],
    [{ tokenLifetime: '15m' }, 'tokenLifetime:'],
  ])('refuses the options %j', async (options, message) => {
    await expect(startMockIdp(options as MockIdpOptions)).rejects.toThrow(message);
  });
});

describe('connecting', () => {
  it('says where nothing answers', async () => {
    const idp = await startMockIdp();
    await idp.close();
    await expect(connectMockIdp(idp.url)).rejects.toMatchObject({
      code: 'unreachable',
      message: `No mock identity provider answers at ${idp.url}: ECONNREFUSED`,
    });
  });

  it('says where something else answers', async () => {
    const fetch = (): Promise<Response> => Promise.resolve(new Response('<html></html>'));
    await expect(connectMockIdp('http://127.0.0.1:9', { fetch })).rejects.toMatchObject({
      code: 'unreachable',
    });
  });

  it.each(['', 'idp:4000', 'ftp://idp'])('refuses %j as a URL', async (url) => {
    await expect(connectMockIdp(url)).rejects.toMatchObject({ code: 'invalid_request' });
  });
});
