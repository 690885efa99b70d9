import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MockIdp, startMockIdp } from './index.ts';
import { Browser } from './testing/browser.ts';

let idp: MockIdp;

beforeAll(async () => {
  idp = await startMockIdp({
    clients: [
      { clientId: 'spa' },
      { clientId: 'web', clientSecret: 's3cret/+:%', redirectUris: ['https://app.test/callback'] },
    ],
  });
});
afterAll(() => idp.close());

const REDIRECT = 'https://app.test/callback';
// The server speaks plain HTTP on loopback, which is what this is for.
// eslint-disable-next-line @typescript-eslint/no-deprecated
const insecure = { execute: [client.allowInsecureRequests] };

async function discover(
  name: string,
  clientId = 'spa',
  authentication = client.None(),
): Promise<client.Configuration> {
  return client.discovery(new URL(idp.issuer(name).issuer), clientId, undefined, authentication, insecure);
}

interface SignedIn {
  readonly tokens: Awaited<ReturnType<typeof client.authorizationCodeGrant>>;
  readonly browser: Browser;
  readonly callback: URL;
  readonly checks: client.AuthorizationCodeGrantChecks;
}

async function signIn(config: client.Configuration, fields: Record<string, string>): Promise<SignedIn> {
  const verifier = client.randomPKCECodeVerifier();
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT,
    scope: 'openid email orders:read',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  });
  const browser = new Browser();
  const page = await browser.visit(url);
  expect(page.status).toBe(200);
  const { status, location = new URL('about:blank') } = await browser.submit(page, fields);
  expect(status).toBe(303);
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce };
  const tokens = await client.authorizationCodeGrant(config, location, checks);
  return { tokens, browser, callback: location, checks };
}

describe('openid-client', () => {
  it.each(['oidc', 'oauth2'] as const)('discovers an issuer below a path (%s)', async (algorithm) => {
    const issuer = idp.issuer('realms/demo');
    const config = await client.discovery(new URL(issuer.issuer), 'spa', undefined, client.None(), {
      ...insecure,
      algorithm,
    });
    expect(config.serverMetadata()).toMatchObject({ issuer: issuer.issuer, jwks_uri: issuer.jwksUrl });
    expect(config.serverMetadata().supportsPKCE()).toBe(true);
  });

  it.each([
    ['a click', { user: 'user-456' }, 'user-456'],
    ['email and password', { email: 'user@example.com', password: 'password123' }, 'user-123'],
  ])('signs a user in with PKCE by %s', async (_, fields, sub) => {
    const config = await discover('signs-in');
    const { tokens } = await signIn(config, fields);
    expect(tokens.claims()).toMatchObject({ sub, aud: 'spa', iss: idp.issuer('signs-in').issuer });
    expect(tokens.claims()).toHaveProperty('auth_time');
    expect(tokens).toMatchObject({
      token_type: 'bearer',
      scope: 'openid email orders:read',
      expires_in: 900,
    });
    const userInfo = await client.fetchUserInfo(config, tokens.access_token, sub);
    expect(userInfo.sub).toBe(sub);
    expect(await client.tokenIntrospection(config, tokens.access_token)).toMatchObject({
      active: true,
      sub,
      client_id: 'spa',
      scope: 'openid email orders:read',
    });
  });

  it('refreshes, and all ends where a refresh token is used twice', async () => {
    const config = await discover('refreshes');
    const { tokens } = await signIn(config, { user: 'user-123' });
    const first = String(tokens.refresh_token);
    const next = await client.refreshTokenGrant(config, first, { scope: 'orders:read' });
    expect(next).toMatchObject({ scope: 'orders:read' });
    expect(next.refresh_token).not.toBe(first);
    await expect(client.refreshTokenGrant(config, first)).rejects.toMatchObject({ error: 'invalid_grant' });
    await expect(client.refreshTokenGrant(config, String(next.refresh_token))).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    expect(await client.tokenIntrospection(config, next.access_token)).toEqual({ active: false });
    await expect(client.fetchUserInfo(config, next.access_token, 'user-123')).rejects.toThrow();
  });

  it('finds a code used up after one use, and what came of it revoked', async () => {
    const config = await discover('codes');
    const { tokens, callback, checks } = await signIn(config, { user: 'user-123' });
    await expect(client.authorizationCodeGrant(config, callback, checks)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    expect(await client.tokenIntrospection(config, tokens.access_token)).toEqual({ active: false });
  });

  it('revokes an access token alone', async () => {
    const config = await discover('revokes');
    const { tokens } = await signIn(config, { user: 'user-123' });
    await client.tokenRevocation(config, tokens.access_token);
    expect(await client.tokenIntrospection(config, tokens.access_token)).toEqual({ active: false });
    const refreshed = client.refreshTokenGrant(config, String(tokens.refresh_token));
    await expect(refreshed).resolves.toHaveProperty('access_token');
  });

  it('revokes with a refresh token all that came of the same grant (RFC 7009 §2.1)', async () => {
    const config = await discover('revokes');
    const { tokens } = await signIn(config, { user: 'user-123' });
    const refreshToken = String(tokens.refresh_token);
    expect(await client.tokenIntrospection(config, refreshToken)).toMatchObject({ active: true });
    await client.tokenRevocation(config, refreshToken);
    for (const token of [refreshToken, tokens.access_token]) {
      expect(await client.tokenIntrospection(config, token)).toEqual({ active: false });
    }
    await expect(client.refreshTokenGrant(config, refreshToken)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  it('signs out by the ID token, and the refresh token is good no more', async () => {
    const config = await discover('signs-out');
    const { tokens, browser } = await signIn(config, { user: 'user-123' });
    const url = client.buildEndSessionUrl(config, {
      id_token_hint: String(tokens.id_token),
      post_logout_redirect_uri: 'https://app.test/bye?x=1',
      state: 'st&te',
    });
    const { status, location } = await new Browser().visit(url);
    expect([status, String(location)]).toEqual([303, 'https://app.test/bye?x=1&state=st%26te']);
    await expect(client.refreshTokenGrant(config, String(tokens.refresh_token))).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    const again = await browser.visit(
      client.buildAuthorizationUrl(config, { redirect_uri: REDIRECT, prompt: 'none' }),
    );
    expect(again.location?.searchParams.get('error')).toBe('login_required');
  });

  it.each([
    ['basic', client.ClientSecretBasic('s3cret/+:%')],
    ['post', client.ClientSecretPost('s3cret/+:%')],
  ])('gets a token for itself, with its secret by %s', async (_, authentication) => {
    const config = await discover('services', 'web', authentication);
    const { access_token: token, refresh_token: refreshToken } = await client.clientCredentialsGrant(config, {
      scope: 'orders:write',
      resource: 'https://orders.test',
    });
    expect(refreshToken).toBeUndefined();
    expect(await client.tokenIntrospection(config, token)).toMatchObject({
      active: true,
      sub: 'web',
      client_id: 'web',
      aud: 'https://orders.test',
      scope: 'orders:write',
    });
  });

  it('is refused with a wrong secret', async () => {
    const byPost = await discover('services', 'web', client.ClientSecretPost('wrong'));
    await expect(client.clientCredentialsGrant(byPost)).rejects.toMatchObject({
      error: 'invalid_client',
      status: 401,
    });
    const byBasic = await discover('services', 'web', client.ClientSecretBasic('wrong'));
    await expect(client.clientCredentialsGrant(byBasic)).rejects.toMatchObject({ status: 401 });
  });

  it('meets a fault of a refresh where it is set for that, and only there', async () => {
    const issuer = idp.issuer('faulty');
    const config = await discover('faulty');
    await issuer.fault({ endpoint: 'refresh', actions: [{ kind: 'respond', status: 503 }], times: 1 });
    const { tokens } = await signIn(config, { user: 'user-123' });
    const refreshToken = String(tokens.refresh_token);
    await expect(client.refreshTokenGrant(config, refreshToken)).rejects.toThrow('unexpected HTTP response');
    await expect(client.refreshTokenGrant(config, refreshToken)).resolves.toHaveProperty('access_token');
    const seen = (await issuer.journal()).map(({ endpoint, status }) => [endpoint, status]);
    expect(seen).toEqual([
      ['discovery', 200],
      ['authorize', 200],
      ['authorize', 303],
      ['token', 200],
      ['refresh', 503],
      ['refresh', 200],
    ]);
  });
});
