import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectMockIdp, type IssuerControl, type MockIdp, type PresetName, startMockIdp } from '../index.ts';
import { Browser } from '../testing/browser.ts';
import { NOW, SHAPES } from '../testing/preset-shapes.ts';
import { PRESET_NAMES, presets } from './index.ts';

let idp: MockIdp;

beforeAll(async () => {
  idp = await startMockIdp({ now: () => NOW * 1000 });
});
afterAll(() => idp.close());

describe.each(PRESET_NAMES)('the preset %s', (preset) => {
  const shape = SHAPES[preset];
  let issuer: IssuerControl;

  beforeAll(async () => {
    issuer = idp.issuer(shape.name);
    await issuer.configure({ preset });
  });

  it('says where its shape is documented', () => {
    expect(presets[preset].references.length).toBeGreaterThan(0);
    for (const reference of presets[preset].references) expect(reference).toMatch(/^https:\/\//u);
  });

  it('makes tokens of that shape, good by its own key set', async () => {
    const { token, header, claims } = await issuer.mint();
    expect(header).toEqual({
      alg: 'RS256',
      kid: header['kid'],
      ...(shape.typ !== undefined && { typ: shape.typ }),
    });
    expect(claims).toEqual({ ...shape.claims, iss: idp.url + shape.issuer });
    expect(issuer).toMatchObject({ issuer: idp.url + shape.issuer, jwksUrl: idp.url + shape.jwks });
    const jwks = createRemoteJWKSet(new URL(issuer.jwksUrl));
    const options = { issuer: issuer.issuer, algorithms: ['RS256'], currentDate: new Date(NOW * 1000) };
    await expect(jwtVerify(token, jwks, options)).resolves.toHaveProperty('payload', claims);
  });

  it('publishes keys of that shape, in the ring, too', async () => {
    const { keys } = (await (await fetch(issuer.jwksUrl)).json()) as { keys: object[] };
    for (const key of keys) expect(Object.keys(key)).toEqual(shape.keyMembers);
    expect((await issuer.keys()).map(({ publicJwk }) => publicJwk)).toEqual(keys);
  });

  it('is discovered at its issuer, with its own paths and no others', async () => {
    const url = `${idp.url}${shape.issuer.replace(/\/$/u, '')}/.well-known/openid-configuration`;
    const document = (await (await fetch(url)).json()) as Record<string, unknown>;
    expect(document).toMatchObject({
      issuer: idp.url + shape.issuer,
      jwks_uri: idp.url + shape.jwks,
      token_endpoint: idp.url + shape.token,
    });
    const endpoints = Object.entries(document).filter(([name]) => name.endsWith('_endpoint'));
    for (const [, endpoint] of endpoints) expect((await fetch(String(endpoint))).status).not.toBe(404);
    const { paths } = presets[preset];
    expect(Object.hasOwn(document, 'introspection_endpoint')).toBe(paths.introspection !== null);
  });

  it('forges from tokens of that shape', async () => {
    const [forged] = await issuer.forge('alg-none');
    const payload = JSON.parse(
      Buffer.from(forged?.token.split('.')[1] ?? '', 'base64url').toString(),
    ) as object;
    expect(payload).toEqual({ ...shape.claims, iss: idp.url + shape.issuer });
  });
});

describe('a client of a provider with a preset', () => {
  const insecure = {
    // The server speaks plain HTTP on loopback, which is what this is for.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    execute: [client.allowInsecureRequests],
  };

  it.each([
    ['auth0', { azp: 'spa', scope: 'openid orders' }],
    ['cognito', { client_id: 'spa', token_use: 'access' }],
    ['entra-id', { azp: 'spa', scp: 'openid orders' }],
    ['keycloak', { azp: 'spa', typ: 'Bearer', sid: expect.any(String) as string }],
    ['okta', { cid: 'spa', scp: ['openid', 'orders'] }],
    ['google', { azp: 'spa' }],
    ['better-auth', { azp: 'spa' }],
  ] as const)('signs in at %s and acts for itself there', async (preset, members) => {
    const issuer = idp.issuer(`client/${preset}`);
    await using server = await startMockIdp({ issuers: { [`client/${preset}`]: { preset } } });
    const { issuer: url } = (await connectMockIdp(server.url)).issuer(`client/${preset}`);
    expect(url).toBe(server.url + (await issuer.configure({ preset })).issuer.slice(idp.url.length));
    const config = await client.discovery(new URL(url), 'spa', undefined, client.None(), insecure);
    const verifier = client.randomPKCECodeVerifier();
    const { location = new URL('about:blank') } = await new Browser().visit(
      client.buildAuthorizationUrl(config, {
        redirect_uri: 'https://app.test/cb',
        scope: 'openid orders',
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      }),
      { user: 'user-456' },
    );
    const tokens = await client.authorizationCodeGrant(config, location, { pkceCodeVerifier: verifier });
    const idToken = tokens.claims();
    expect([idToken?.sub, idToken?.aud]).toEqual(['user-456', 'spa']);
    const jwks = createRemoteJWKSet(new URL(String(config.serverMetadata().jwks_uri)));
    const { payload } = await jwtVerify(tokens.access_token, jwks, { issuer: url });
    expect(payload).toMatchObject({ sub: 'user-456', ...members });
    const forItself = await client.clientCredentialsGrant(config);
    const { payload: own } = await jwtVerify(forItself.access_token, jwks, { issuer: url });
    expect(own.sub).not.toMatch(/^user-/u);
  });

  it('goes back to no shape where the preset is taken away', async () => {
    const issuer = idp.issuer('undecided');
    expect((await issuer.configure({ preset: 'okta' })).preset).toBe('okta');
    expect((await issuer.configure({ preset: null })).preset).toBeNull();
    expect((await issuer.mint()).claims).not.toHaveProperty('cid');
    await expect(issuer.configure({ preset: 'oktaa' as PresetName })).rejects.toThrow('did you mean "okta"?');
  });
});
