import { randomBytes } from 'node:crypto';
import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { createAuthClient } from 'better-auth/client';
import { jwtClient } from 'better-auth/client/plugins';
import { jwt } from 'better-auth/plugins';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MockIdp, startMockIdp } from './index.ts';

const USER = { email: 'user@example.com', password: 'password123' };

let idp: MockIdp;
beforeAll(async () => {
  idp = await startMockIdp({ preset: 'better-auth' });
});
afterAll(() => idp.close());

/** The client library as a page has it: cookies are kept, and every request says where the page is from. */
function clientOf(baseURL: string, answer: (request: Request) => Promise<Response>) {
  let cookie = '';
  const fetchAsPage = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    request.headers.set('origin', new URL(baseURL).origin);
    if (cookie !== '') request.headers.set('cookie', cookie);
    const response = await answer(request);
    const [set] = response.headers.getSetCookie();
    if (set !== undefined) cookie = set.split(';', 1)[0] ?? '';
    return response;
  };
  return createAuthClient({
    baseURL,
    plugins: [jwtClient()],
    fetchOptions: { customFetchImpl: fetchAsPage },
  });
}

type Client = ReturnType<typeof clientOf>;

function clientOfMock(name = ''): Client {
  // The default base path of Better Auth lies below the issuer.
  const base = name === '' ? idp.url : `${idp.url}/${name}/api/auth`;
  return clientOf(base, (request) => fetch(request));
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
  return {
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

/** Errors with their words, data by shape. */
function seen({ data, error }: Outcome): unknown {
  if (error === null) return shapeOf(data);
  const { status, code, message } = error;
  return { status, code, message };
}

async function realClient(): Promise<Client> {
  const baseURL = 'http://localhost:3000';
  const server = betterAuth({
    baseURL,
    secret: randomBytes(32).toString('base64url'),
    telemetry: { enabled: false },
    logger: { disabled: true },
    database: memoryAdapter({ user: [], session: [], account: [], verification: [], jwks: [] }),
    emailAndPassword: { enabled: true },
    plugins: [jwt({ jwks: { keyPairConfig: { alg: 'RS256' } } })],
  });
  // A database has null where nothing is; the one in memory leaves the member out.
  await server.api.signUpEmail({ body: { ...USER, name: 'Example User', image: 'https://i.test/1.png' } });
  return clientOf(baseURL, (request) => server.handler(request));
}

describe('the client library of Better Auth', () => {
  it('gets of the mock what it gets of Better Auth itself, and tokens beside', async () => {
    const real = Object.entries(await journey(await realClient()));
    const mock = Object.entries(await journey(clientOfMock()));
    const expected = Object.fromEntries(real.map(([step, outcome]) => [step, seen(outcome)]));
    // Beyond the real one: what the quickstart's frontend stores.
    Object.assign(expected['sign-in'] as object, { accessToken: 'string', refreshToken: 'string' });
    const image = /"image":"string"/gu;
    const got = JSON.stringify(Object.fromEntries(mock.map(([step, outcome]) => [step, seen(outcome)])));
    expect(JSON.parse(got)).toEqual(JSON.parse(JSON.stringify(expected).replace(image, '"image":"null"')));
  });

  it('gets tokens of the same header and claims', async () => {
    const [real, mock] = await Promise.all(
      [await realClient(), clientOfMock()].map(async (client) => {
        await client.signIn.email(USER);
        const token = String((await client.token()).data?.token);
        return [shapeOf(decodeProtectedHeader(token)), { ...decodeJwt(token), image: null }] as const;
      }),
    );
    expect(mock?.[0]).toEqual(real?.[0]);
    expect(shapeOf(mock?.[1])).toEqual(shapeOf(real?.[1]));
    expect(mock?.[1]).toMatchObject({ sub: 'user-123', email: USER.email });
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

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}
