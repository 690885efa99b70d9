import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MockIdp, startMockIdp } from './index.ts';

let idp: MockIdp;
let at = Date.now();

beforeAll(async () => {
  idp = await startMockIdp({ now: () => at });
});
afterAll(() => idp.close());

const credentials = { email: 'user@example.com', password: 'password123' };

async function post(path: string, body: unknown): Promise<Response> {
  return fetch(idp.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

interface SignedIn {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly token: string;
  readonly user: Readonly<Record<string, unknown>>;
  /** As the browser sends it back. */
  readonly cookie: string;
}

async function signIn(): Promise<SignedIn> {
  const response = await post('/api/auth/sign-in/email', credentials);
  expect(response.status).toBe(200);
  const [cookie = ''] = (response.headers.get('set-cookie') ?? '').split(';', 1);
  return { ...((await response.json()) as Omit<SignedIn, 'cookie'>), cookie };
}

async function refresh(refreshToken: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await post('/api/auth/refresh', { refreshToken });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function withSession(path: string, headers: Record<string, string>): Promise<Response> {
  return fetch(idp.url + path, { headers });
}

describe('signing in', () => {
  it('gives an access token of 15 minutes that the key set vouches for', async () => {
    const { accessToken, user } = await signIn();
    const jwks = createRemoteJWKSet(new URL(idp.issuer().jwksUrl));
    const { payload } = await jwtVerify(accessToken, jwks, { issuer: idp.url, currentDate: new Date(at) });
    expect(payload).toMatchObject({ sub: 'user-123', email: 'user@example.com' });
    expect(Number(payload.exp) - Number(payload.iat)).toBe(900);
    expect(user).toMatchObject({ id: 'user-123', email: 'user@example.com', name: 'Example User' });
  });

  it('sets the session cookie that Better Auth sets', async () => {
    const response = await post('/api/auth/sign-in/email', credentials);
    const { token } = (await response.json()) as SignedIn;
    const [cookie = '', ...attributes] = (response.headers.get('set-cookie') ?? '').split('; ');
    // The token, a dot and an HMAC-SHA256 in base64.
    expect(decodeURIComponent(cookie)).toMatch(
      new RegExp(`^better-auth\\.session_token=${token}\\.[\\w+/]{43}=$`, 'u'),
    );
    expect(attributes).toEqual(['Max-Age=604800', 'Path=/', 'HttpOnly', 'SameSite=Lax']);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it.each([
    ['a wrong password', { ...credentials, password: 'wrong' }, 401, 'INVALID_EMAIL_OR_PASSWORD'],
    ['an unknown user', { ...credentials, email: 'no@example.com' }, 401, 'INVALID_EMAIL_OR_PASSWORD'],
    ['no password', { email: 'user@example.com' }, 400, 'VALIDATION_ERROR'],
    ['a list', [], 400, 'VALIDATION_ERROR'],
    ['no JSON', '{', 400, 'BAD_REQUEST'],
    ['nothing', '', 400, 'VALIDATION_ERROR'],
  ])('refuses %s', async (_, body, status, code) => {
    const response = await post('/api/auth/sign-in/email', body);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ code, message: expect.any(String) as string });
  });
});

describe('signing up', () => {
  const newcomer = { email: 'New@example.com', password: 'password789', name: 'New User' };

  it('makes a user of one issuer whose tokens bear an id of their own, until that issuer is reset', async () => {
    const issuer = idp.issuer('sign-up');
    await issuer.configure({ preset: 'better-auth' });
    const signedUp = await post('/sign-up/api/auth/sign-up/email', newcomer);
    const { token, user } = (await signedUp.json()) as SignedIn;
    const bearer = { authorization: `Bearer ${token}` };
    const answer = await withSession('/sign-up/api/auth/token', bearer);
    const claims = decodeJwt(((await answer.json()) as { readonly token: string }).token);
    expect(claims).toMatchObject({
      ...user,
      sub: user['id'],
      email: 'new@example.com',
      emailVerified: false,
    });
    expect(claims.sub).not.toBe('user-123');

    const credentials = { email: newcomer.email, password: newcomer.password };
    expect((await post('/sign-up/api/auth/sign-in/email', credentials)).status).toBe(200);
    expect((await post('/api/auth/sign-in/email', credentials)).status).toBe(401);
    const calls = await issuer.journal();
    expect(calls.map(({ endpoint }) => endpoint)).toEqual(['sign-up', 'token', 'sign-in']);
    await issuer.reset();
    expect((await post('/sign-up/api/auth/sign-in/email', credentials)).status).toBe(401);
  });

  it('refuses the address of a demo user', async () => {
    expect((await post('/api/auth/sign-up/email', { ...newcomer, email: 'USER@example.com' })).status).toBe(
      422,
    );
  });
});

describe('refreshing', () => {
  it('gives a new access token and a new refresh token each time', async () => {
    const { refreshToken } = await signIn();
    const first = await refresh(refreshToken);
    expect(first.status).toBe(200);
    expect(decodeJwt(String(first.body['accessToken'])).sub).toBe('user-123');
    const second = await refresh(String(first.body['refreshToken']));
    expect(second.status).toBe(200);
    const tokens = [refreshToken, first.body['refreshToken'], second.body['refreshToken']];
    expect(new Set(tokens).size).toBe(3);
  });

  it('ends the whole family when a used token comes back', async () => {
    const { refreshToken, token } = await signIn();
    const next = String((await refresh(refreshToken)).body['refreshToken']);
    const reused = await refresh(refreshToken);
    expect([reused.status, reused.body['code']]).toEqual([401, 'REFRESH_TOKEN_REUSED']);
    const after = await refresh(next);
    expect([after.status, after.body['code']]).toEqual([401, 'INVALID_REFRESH_TOKEN']);
    expect((await withSession('/api/auth/token', { authorization: `Bearer ${token}` })).status).toBe(401);
  });

  it('leaves other sign-ins alone when one family ends', async () => {
    const [one, other] = [await signIn(), await signIn()];
    await refresh(one.refreshToken);
    await refresh(one.refreshToken);
    expect((await refresh(other.refreshToken)).status).toBe(200);
  });

  it('refuses what never was a refresh token, and what is none', async () => {
    expect((await refresh('made.up')).body['code']).toBe('INVALID_REFRESH_TOKEN');
    expect((await refresh('')).status).toBe(401);
    const response = await post('/api/auth/refresh', { refreshToken: 7 });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('refreshToken');
  });
});

describe('a session', () => {
  it.each([
    ['bearer token', ({ token }: SignedIn) => ({ authorization: `Bearer ${token}` })],
    ['cookie', ({ cookie }: SignedIn) => ({ cookie: `other=1; ${cookie}` })],
  ])('gets an access token with its %s', async (_, headers) => {
    const response = await withSession('/api/auth/token', headers(await signIn()));
    const body = (await response.json()) as { token: string };
    expect(decodeJwt(body.token).sub).toBe('user-123');
  });

  it('is shown to its owner, and null to anybody else', async () => {
    const { token } = await signIn();
    const response = await withSession('/api/auth/get-session', { authorization: `Bearer ${token}` });
    expect(await response.json()).toMatchObject({
      session: { token, userId: 'user-123' },
      user: { id: 'user-123' },
    });
    expect(decodeJwt(String(response.headers.get('set-auth-jwt'))).sub).toBe('user-123');
    const other = await withSession('/api/auth/get-session', {});
    expect([other.status, await other.json()]).toEqual([200, null]);
  });

  it('ends when its user signs out', async () => {
    const { token, refreshToken } = await signIn();
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${idp.url}/api/auth/sign-out`, { method: 'POST', headers });
    expect(await response.json()).toEqual({ success: true });
    expect((await withSession('/api/auth/token', headers)).status).toBe(401);
    expect((await refresh(refreshToken)).status).toBe(401);
  });

  it('ends after seven days', async () => {
    const { token, refreshToken } = await signIn();
    at += 7 * 24 * 3600 * 1000;
    const response = await withSession('/api/auth/token', { authorization: `Bearer ${token}` });
    expect([response.status, await response.json()]).toEqual([
      401,
      { code: 'UNAUTHORIZED', message: 'Unauthorized' },
    ]);
    expect((await refresh(refreshToken)).status).toBe(401);
  });

  it('ends when its issuer is reset', async () => {
    const { token, refreshToken } = await signIn();
    await idp.issuer().reset();
    expect((await withSession('/api/auth/token', { authorization: `Bearer ${token}` })).status).toBe(401);
    expect((await refresh(refreshToken)).status).toBe(401);
  });

  it('is of one issuer only', async () => {
    const { token } = await signIn();
    const response = await withSession('/tenant/api/auth/token', { authorization: `Bearer ${token}` });
    expect(response.status).toBe(401);
  });
});

describe('the endpoints that look at a token', () => {
  const introspect = async (token: string): Promise<unknown> => {
    const body = new URLSearchParams({ token });
    return (await fetch(`${idp.url}/introspect`, { method: 'POST', body })).json();
  };

  it('introspection knows a good token from any other', async () => {
    const issuer = idp.issuer();
    const { token, claims } = await issuer.mint();
    expect(await introspect(token)).toEqual({ ...claims, active: true });
    const bad = await Promise.all([
      issuer.mint({ claims: { exp: '-1s' } }),
      issuer.mint({ claims: { iss: 'https://other.example' } }),
      issuer.mint({ key: 'unpublished' }),
      idp.issuer('tenant').mint(),
    ]);
    for (const { token } of bad) expect(await introspect(token)).toEqual({ active: false });
    expect(await introspect('no token')).toEqual({ active: false });
  });

  it('userinfo answers the owner of a good token only', async () => {
    const { token } = await idp.issuer().mint();
    const good = await withSession('/userinfo', { authorization: `Bearer ${token}` });
    expect(await good.json()).toEqual({ sub: 'user-123', email: 'user@example.com', name: 'Example User' });
    const bad = await withSession('/userinfo', { authorization: `Bearer ${token.slice(0, -4)}` });
    expect([bad.status, await bad.json()]).toMatchObject([401, { error: 'invalid_token' }]);
    expect(bad.headers.get('www-authenticate')).toMatch(
      /^Bearer realm="userinfo", error="invalid_token", error_description="[^"]+"$/u,
    );
    const none = await withSession('/userinfo', {});
    expect([none.status, none.headers.get('www-authenticate'), await none.text()]).toEqual([
      401,
      'Bearer realm="userinfo"',
      '',
    ]);
  });

  it('are told apart in the journal, so that a backend that calls them is found out', async () => {
    const issuer = idp.issuer('trap');
    for (const path of ['/api/auth/get-session', '/userinfo', '/api/auth/token', '/nothing']) {
      await fetch(issuer.issuer + path);
    }
    await fetch(`${issuer.issuer}/introspect`, { method: 'POST', body: new URLSearchParams() });
    expect((await issuer.journal()).map(({ endpoint, status }) => [endpoint, status])).toEqual([
      ['session', 200],
      ['userinfo', 401],
      ['token', 401],
      ['other', 404],
      ['introspection', 400],
    ]);
  });
});
