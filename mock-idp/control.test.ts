import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectMockIdp, type IssuerControl, type KeyChange, type MockIdp, startMockIdp } from './index.ts';

const transports = [
  { transport: 'in process', open: (idp: MockIdp) => Promise.resolve(idp) },
  { transport: 'over HTTP', open: (idp: MockIdp) => connectMockIdp(idp.url) },
];

describe.each(transports)('the control of an issuer $transport', ({ transport, open }) => {
  let idp: MockIdp;
  let control: Awaited<ReturnType<typeof open>>;
  let made = 0;

  beforeAll(async () => {
    idp = await startMockIdp({ audience: 'https://api.test' });
    control = await open(idp);
  });
  afterAll(() => idp.close());

  /** Each test has an issuer of its own, as parallel test workers would. */
  const fresh = (): IssuerControl => control.issuer(`t${(made += 1)}-${transport.replace(' ', '-')}`);

  it('says where the issuer is and whom its tokens are for', () => {
    expect(control.url).toBe(idp.url);
    expect(control.issuer()).toMatchObject({
      issuer: idp.url,
      jwksUrl: `${idp.url}/.well-known/jwks.json`,
      audience: 'https://api.test',
    });
    expect(control.issuer('tenant')).toMatchObject({
      issuer: `${idp.url}/tenant`,
      jwksUrl: `${idp.url}/tenant/.well-known/jwks.json`,
    });
  });

  it('mints a token that jose accepts by the published key set', async () => {
    const issuer = fresh();
    const { token, header, claims } = await issuer.mint();
    const verified = await verify(token, issuer);
    expect(verified.protectedHeader).toEqual(header);
    expect(verified.payload).toEqual(claims);
    const { iat } = verified.payload;
    expect(claims).toEqual({
      iss: issuer.issuer,
      aud: 'https://api.test',
      sub: 'user-123',
      email: 'user@example.com',
      name: 'Example User',
      iat,
      exp: Number(iat) + 300,
    });
    expect(header).toEqual({ alg: 'RS256', typ: 'JWT', kid: header['kid'] });
  });

  it('has issued a token before it expired, unless it is told when', async () => {
    const { claims } = await fresh().mint({ claims: { exp: '-1h' } });
    expect(Number(claims['exp']) - Number(claims['iat'])).toBe(300);
    const told = await fresh().mint({ claims: { exp: '-1h', iat: 'now' } });
    expect(Number(told.claims['exp']) - Number(told.claims['iat'])).toBe(-3600);
  });

  it('lays claims and header over the defaults, null removes, and relative times become absolute', async () => {
    const { token, claims } = await fresh().mint({
      claims: { email: null, role: { nested: [1, 'é'] }, iat: 'now', exp: '-1s', nbf: '+15m' },
      header: { typ: null, kid: 'mine', extra: true },
    });
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', kid: 'mine', extra: true });
    const payload = decodeJwt(token);
    expect(payload).toEqual(claims);
    expect(payload).not.toHaveProperty('email');
    expect(payload['role']).toEqual({ nested: [1, 'é'] });
    const iat = Number(payload.iat);
    expect([payload.exp, payload.nbf]).toEqual([iat - 1, iat + 900]);
  });

  it("gives a known user's token that user's email and name", async () => {
    const { claims } = await fresh().mint({ claims: { sub: 'user-456' } });
    expect(claims).toMatchObject({ email: 'other@example.com', name: 'Other User' });
  });

  it('signs with the key that is asked for', async () => {
    const issuer = fresh();
    const announced = (await issuer.keys())[1];
    const byAnnounced = await issuer.mint({ key: String(announced?.kid) });
    expect(byAnnounced.header['kid']).toBe(announced?.kid);
    await expect(verify(byAnnounced.token, issuer)).resolves.toBeDefined();

    const byUnpublished = await issuer.mint({ key: 'unpublished' });
    const kids = (await issuer.keys()).map(({ kid }) => kid);
    expect(kids).not.toContain(byUnpublished.header['kid']);
    await expect(verify(byUnpublished.token, issuer)).rejects.toMatchObject({
      code: 'ERR_JWKS_NO_MATCHING_KEY',
    });
  });

  it('shows keys with their state and public half', async () => {
    const keys = await fresh().keys();
    expect(keys.map(({ state, alg }) => [state, alg])).toEqual([
      ['active', 'RS256'],
      ['announced', 'RS256'],
    ]);
    for (const { kid, publicJwk } of keys) {
      expect(Object.keys(publicJwk)).toEqual(['kty', 'use', 'alg', 'kid', 'n', 'e']);
      expect(publicJwk['kid']).toBe(kid);
    }
  });

  it('keeps issuers apart: keys, faults and journal', async () => {
    const [one, two] = [fresh(), fresh()];
    await one.fault({ endpoint: 'jwks', actions: [{ kind: 'respond', status: 503 }] });
    await one.changeKeys({ story: 'revoke-all' });
    expect((await fetch(one.jwksUrl)).status).toBe(503);
    expect((await fetch(two.jwksUrl)).status).toBe(200);
    expect(await two.journal()).toHaveLength(1);
    expect((await two.keys()).map(({ state }) => state)).toEqual(['active', 'announced']);
    const { token } = await one.mint();
    await expect(verify(token, two)).rejects.toThrow();
  });

  it('waits for requests that come later, and counts those that came before', async () => {
    const issuer = fresh();
    await fetch(issuer.jwksUrl);
    const waiting = issuer.waitFor({ endpoint: 'jwks', count: 2, timeoutMs: 20_000 });
    await fetch(`${issuer.issuer}/.well-known/openid-configuration`);
    await fetch(issuer.jwksUrl);
    const entries = await waiting;
    expect(entries.map(({ endpoint }) => endpoint)).toEqual(['jwks', 'jwks']);
    const [first] = entries;
    await expect(
      issuer.waitFor({ endpoint: 'jwks', after: Number(first?.seq), count: 1, timeoutMs: 20_000 }),
    ).resolves.toHaveLength(1);
  });

  it('says how many requests came where a wait ends in vain', async () => {
    await expect(fresh().waitFor({ endpoint: 'refresh', count: 1, timeoutMs: 5 })).rejects.toMatchObject({
      code: 'journal_timeout',
      message: '0 of 1 requests to "refresh" came within 5 ms',
    });
  });

  it('filters the journal by endpoint and by what came after', async () => {
    const issuer = fresh();
    for (const path of ['/jwks', '/.well-known/openid-configuration', '/jwks']) {
      await fetch(issuer.issuer + path);
    }
    expect((await issuer.journal()).map(({ seq, endpoint }) => [seq, endpoint])).toEqual([
      [1, 'jwks'],
      [2, 'discovery'],
      [3, 'jwks'],
    ]);
    expect((await issuer.journal({ endpoint: 'jwks', after: 1 })).map(({ seq }) => seq)).toEqual([3]);
  });

  it('resets to fresh keys, no faults and an empty journal, and goes on counting', async () => {
    const issuer = fresh();
    const before = (await issuer.keys()).map(({ kid }) => kid);
    await issuer.fault({ endpoint: 'jwks', actions: [{ kind: 'respond', status: 500 }] });
    await fetch(issuer.jwksUrl);
    await issuer.reset();
    const after = await issuer.keys();
    expect(after.map(({ state }) => state)).toEqual(['active', 'announced']);
    expect(after.some(({ kid }) => before.includes(kid))).toBe(false);
    expect(await issuer.journal()).toEqual([]);
    expect((await fetch(issuer.jwksUrl)).status).toBe(200);
    expect((await issuer.journal()).map(({ seq }) => seq)).toEqual([2]);
  });

  it.each([
    ['a member that does not exist', { clams: {} }, 'unknown member "clams"; did you mean "claims"?'],
    ['claims that are no object', { claims: [] }, 'claims: expected a JSON object'],
    ['a relative time without a unit', { claims: { exp: '+15' } }, 'claims.exp: "+15" is no relative time'],
    ['a key that is not in the ring', { key: 'nobody' }, 'No key "nobody" in the ring'],
  ])('refuses to mint with %s', async (_, request, message) => {
    await expect(fresh().mint(request as never)).rejects.toThrow(message);
  });

  it.each([
    [{ story: 'rotat' }, 'did you mean "rotate"?'],
    [{ story: 'rotate', overlp: true }, 'unknown member "overlp"; did you mean "overlap"?'],
    [{ story: 'promote' }, 'kid:'],
    [{ story: 'withdraw', kid: 'nobody' }, 'No key "nobody" in the ring'],
  ])('refuses the key change %j', async (change, message) => {
    await expect(fresh().changeKeys(change as KeyChange)).rejects.toThrow(message);
  });

  it('refuses a journal filter for an endpoint that does not exist, for it would count nothing for ever', async () => {
    await expect(fresh().journal({ endpoint: 'jwk' })).rejects.toThrow('did you mean "jwks"?');
  });

  it('refuses to forge by a name that does not exist', async () => {
    await expect(fresh().forge('no-such-forgery-at-all')).rejects.toMatchObject({ code: 'unknown_forgery' });
  });

  it.each([
    'api',
    'jwks',
    '_mock',
    '.well-known',
    'token',
    'a//b',
    'a/',
    '/a',
    'a/../b',
    'x/api/auth',
    '-x',
    'x'.repeat(65),
    'ü',
  ])('refuses %j as the name of an issuer', (name) => {
    expect(() => control.issuer(name)).toThrow(expect.objectContaining({ code: 'invalid_issuer' }));
  });
});

function verify(token: string, issuer: IssuerControl): ReturnType<typeof jwtVerify> {
  return jwtVerify(token, createRemoteJWKSet(new URL(issuer.jwksUrl)), {
    issuer: issuer.issuer,
    audience: issuer.audience,
    algorithms: ['RS256'],
  });
}
