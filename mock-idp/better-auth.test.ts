import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MockIdp, startMockIdp } from './index.ts';
import { type BetterAuthServer, startBetterAuth } from './testing/better-auth.ts';
import { type BetterAuthClient as Client, betterAuthClient } from './testing/better-auth-client.ts';

const USER = { email: 'user@example.com', password: 'password123' };

let idp: MockIdp;
let real: BetterAuthServer;
beforeAll(async () => {
  idp = await startMockIdp({ preset: 'better-auth' });
  real = await startBetterAuth();
  await clientOfReal().signUp.email({ ...USER, name: 'Example User' });
});
afterAll(async () => {
  await idp.close();
  await real[Symbol.asyncDispose]();
});

function clientOfMock(name = ''): Client {
  // The default base path of Better Auth lies below the issuer.
  const base = name === '' ? idp.url : `${idp.url}/${name}/api/auth`;
  return betterAuthClient(base);
}

/** A call of a path that the library has no name for goes out all the same: that is how the quickstart refreshes. */
interface Refreshing {
  readonly refresh: (body: { readonly refreshToken: string }) => Promise<Outcome>;
}

interface Outcome {
  readonly data: unknown;
  readonly error: null | {
    readonly status: number;
    readonly code?: string | undefined;
    readonly message?: string | undefined;
  };
}

/** What a frontend does in a day, and what comes of it. */
async function journey(client: Client): Promise<Readonly<Record<string, Outcome>>> {
  const bad = { ...USER, password: 'another password' };
  const newcomer = { email: 'New@example.com', password: 'password789', name: 'New User' };
  return {
    'sign-up': await client.signUp.email(newcomer),
    'session after sign-up': await client.getSession(),
    'sign-up once more': await client.signUp.email({ ...newcomer, email: 'new@example.com' }),
    'sign-up with a short password': await client.signUp.email({ ...newcomer, password: '1234567' }),
    'sign-up with a long password': await client.signUp.email({ ...newcomer, password: 'x'.repeat(129) }),
    'sign-up without an address': await client.signUp.email({ ...newcomer, email: 'new' }),
    'sign-in of who signed up': await client.signIn.email(newcomer),
    'sign-out of who signed up': await client.signOut(),
    'session of nobody': await client.getSession(),
    'token for nobody': await client.token(),
    'wrong password': await client.signIn.email(bad),
    'no such user': await client.signIn.email({ ...bad, email: 'nobody@example.com' }),
    'no email address': await client.signIn.email({ ...bad, email: 'user' }),
    'sign-in': await client.signIn.email(USER),
    session: await client.getSession(),
    token: await client.token(),
    'key set': await client.jwks(),
    'sign-out': await client.signOut(),
    'session after': await client.getSession(),
    'token after': await client.token(),
    'sign-out of nobody': await client.signOut(),
  };
}

/** Types in place of values. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return [shapeOf(value[0])];
  if (typeof value !== 'object' || value === null || value instanceof Date) return kindOf(value);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shapeOf(member)]));
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return value instanceof Date ? 'date' : typeof value;
}

function seenOf(outcomes: Readonly<Record<string, Outcome>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(outcomes).map(([step, outcome]) => [step, seen(outcome)]));
}

/** Errors with their words, data by shape. */
function seen({ data, error }: Outcome): unknown {
  if (error === null) return shapeOf(data);
  const { status, code, message } = error;
  return { status, code, message };
}

function clientOfReal(): Client {
  return betterAuthClient(real.url);
}

describe('the client library of Better Auth', () => {
  it('gets of the mock what it gets of Better Auth itself, and tokens beside', async () => {
    const expected = seenOf(await journey(clientOfReal()));
    const got = seenOf(await journey(clientOfMock()));
    // Beyond the real one: what the quickstart's frontend stores.
    for (const step of ['sign-in', 'sign-in of who signed up'])
      Object.assign(expected[step] as object, { accessToken: 'string', refreshToken: 'string' });
    expect(got).toEqual(expected);
  });

  it('gets tokens of the same header and claims', async () => {
    const [ofReal, ofMock] = await Promise.all(
      [clientOfReal(), clientOfMock()].map(async (client) => {
        await client.signIn.email(USER);
        const token = String((await client.token()).data?.token);
        return { header: shapeOf(decodeProtectedHeader(token)), claims: decodeJwt(token) };
      }),
    );
    expect(ofMock?.header).toEqual(ofReal?.header);
    expect(shapeOf(ofMock?.claims)).toEqual(shapeOf(ofReal?.claims));
    expect(ofMock?.claims).toMatchObject({ sub: 'user-123', email: USER.email });
  });

  it('signs in at the issuer it is pointed to, and its token is good by the key set it reads', async () => {
    const client = clientOfMock('team-a');
    const { issuer, jwksUrl, audience } = idp.issuer('team-a');
    await client.signIn.email(USER);
    const token = String((await client.token()).data?.token);
    const keySet = createRemoteJWKSet(new URL(jwksUrl));
    const { payload } = await jwtVerify(token, keySet, { issuer, audience, algorithms: ['RS256'] });
    expect(payload.sub).toBe('user-123');
    const { keys = [] } = (await client.jwks()).data ?? {};
    expect(keys.map(({ kid }) => kid)).toContain(decodeProtectedHeader(token).kid);
    expect((await clientOfMock('team-b').getSession()).data).toBeNull();
    const calls = await idp.issuer('team-a').journal();
    expect(calls.map(({ endpoint }) => endpoint)).toEqual(['sign-in', 'token', 'jwks', 'jwks']);
  });

  it('refreshes the way of the quickstart, once for each refresh token', async () => {
    const client = clientOfMock('refreshing');
    const { refresh } = client as unknown as Refreshing;
    const signedIn = (await client.signIn.email(USER)).data as unknown as Tokens;
    const refreshed = await refresh({ refreshToken: signedIn.refreshToken });
    const next = refreshed.data as Tokens;
    expect(next.refreshToken).not.toBe(signedIn.refreshToken);
    const { jwksUrl, issuer } = idp.issuer('refreshing');
    const { payload } = await jwtVerify(next.accessToken, createRemoteJWKSet(new URL(jwksUrl)), { issuer });
    expect(payload.sub).toBe('user-123');
    expect((await refresh({ refreshToken: signedIn.refreshToken })).error).toMatchObject({
      status: 401,
      code: 'REFRESH_TOKEN_REUSED',
    });
    expect((await refresh({ refreshToken: next.refreshToken })).error).toMatchObject({ status: 401 });
  });

  it('meets the faults that are set for what it calls', async () => {
    const client = clientOfMock('faulty');
    await idp.issuer('faulty').fault({
      endpoint: 'sign-in',
      actions: [
        { kind: 'respond', status: 429, headers: { 'x-retry-after': '10' }, json: { message: 'Too many' } },
      ],
      times: 1,
    });
    expect((await client.signIn.email(USER)).error).toMatchObject({ status: 429, message: 'Too many' });
    expect((await client.signIn.email(USER)).error).toBeNull();
  });
});

/** What only the mock sends: its mark, and what lets pages of any origin use it. */
const OF_THE_MOCK = /^(access-control-|vary$|x-gateproof-mock$)/u;
/** What depends on the moment or the connection. */
const OF_THE_MOMENT = /^(date|connection|keep-alive|content-length|transfer-encoding)$/u;

describe.each<[string, string, string, string?]>([
  ['a key set', 'GET', '/api/auth/jwks'],
  ['a token for nobody', 'GET', '/api/auth/token'],
  ['a session for nobody', 'GET', '/api/auth/get-session'],
  ['signs of life', 'GET', '/api/auth/ok'],
  ['a sign-up', 'POST', '/api/auth/sign-up/email', '{"email":"n@x.test","password":"password","name":""}'],
  ['a sign-up without a name', 'POST', '/api/auth/sign-up/email', '{"email":"n","password":""}'],
  ['a sign-up of numbers', 'POST', '/api/auth/sign-up/email', '{"email":1,"password":2,"name":3}'],
  ['a sign-in that is no JSON', 'POST', '/api/auth/sign-in/email', '{'],
  ['a sign-in that is a list', 'POST', '/api/auth/sign-in/email', '[]'],
  ['a sign-in without a body', 'POST', '/api/auth/sign-in/email'],
  ['a sign-in without a password', 'POST', '/api/auth/sign-in/email', '{"email":"user@example.com"}'],
  ['a sign-in of nobody', 'POST', '/api/auth/sign-in/email', '{"email":"no@x.test","password":"password"}'],
])('%s', (_, method, path, body) => {
  it('is answered as Better Auth answers it, to the header', async () => {
    const ask = async (base: string) => {
      const headers = { origin: base, ...(body !== undefined && { 'content-type': 'application/json' }) };
      const response = await fetch(base + path, { method, headers, ...(body !== undefined && { body }) });
      const names = [...response.headers.keys()].filter((name) => !OF_THE_MOMENT.test(name));
      const json: unknown = await response.json();
      const cookies = response.headers.getSetCookie().map((cookie) => cookie.replace(/=[^;]+/u, '=…'));
      const caching = [response.headers.get('cache-control'), response.headers.get('pragma')];
      const type = response.headers.get('content-type');
      return {
        status: response.status,
        type,
        caching,
        names,
        cookies,
        body: response.ok ? shapeOf(json) : json,
      };
    };
    const mock = await ask(idp.url);
    const names = mock.names.filter((name) => !OF_THE_MOCK.test(name));
    expect({ ...mock, names }).toEqual(await ask(real.url));
  });
});

describe('a session cookie of Better Auth', () => {
  it.each([
    ['the real one', () => real.url],
    ['the mock', () => idp.url],
  ])('is signed: the bare session token is none, at %s', async (_, base) => {
    const headers = { 'content-type': 'application/json', origin: base() };
    const signedIn = await fetch(`${base()}/api/auth/sign-in/email`, {
      method: 'POST',
      headers,
      body: JSON.stringify(USER),
    });
    const { token } = (await signedIn.json()) as { readonly token: string };
    const [cookie = ''] = (signedIn.headers.getSetCookie()[0] ?? '').split(';', 1);
    const withCookie = (value: string) => fetch(`${base()}/api/auth/token`, { headers: { cookie: value } });
    expect((await withCookie(cookie)).status).toBe(200);
    expect((await withCookie(`better-auth.session_token=${token}`)).status).toBe(401);
    expect((await withCookie(cookie.replace(/\.[^.]*$/u, '.x'))).status).toBe(401);
  });
});

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}
