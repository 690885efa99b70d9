import { decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startMockIdp } from '../../mock-idp/index.ts';
import { startBetterAuth } from '../../mock-idp/testing/better-auth.ts';
import { type BetterAuthClient, betterAuthClient } from '../../mock-idp/testing/better-auth-client.ts';
import { startTestApi, type TestApi } from './testing/api.ts';

/*
 * One story for two issuers: Better Auth itself, and the mock that copies it. What a backend is tested with must be
 * what it meets.
 */

const AUDIENCE = 'https://api.example.com';

interface Provider extends AsyncDisposable {
  readonly url: string;
  readonly jwksUrl: string;
  /** From now on tokens are signed by a key that no key set has shown. */
  readonly rotate: () => Promise<void>;
}

interface Lifetime {
  /** Seconds. */
  readonly tokenLifetime?: number;
}

async function startReal(lifetime: Lifetime = {}): Promise<Provider> {
  const server = await startBetterAuth({ audience: AUDIENCE, ...lifetime });
  return {
    ...server,
    rotate: () => {
      server.rotate();
      return Promise.resolve();
    },
  };
}

async function startMock(lifetime: Lifetime = {}): Promise<Provider> {
  const idp = await startMockIdp({ preset: 'better-auth', audience: AUDIENCE, ...lifetime });
  return {
    url: idp.url,
    jwksUrl: idp.issuer().jwksUrl,
    rotate: async () => {
      await idp.issuer().changeKeys({ story: 'rotate' });
    },
    [Symbol.asyncDispose]: () => idp.close(),
  };
}

/** The reference API, told what a user of the issuer tells it. */
async function startApi({ url, jwksUrl }: Provider): Promise<TestApi> {
  const settings = { BETTER_AUTH_URL: url, BETTER_AUTH_JWKS_URL: jwksUrl, JWT_AUDIENCE: AUDIENCE };
  return startTestApi({ env: { ...settings, JWT_LEEWAY: '0', JWKS_COOLDOWN: '1' } });
}

interface User {
  readonly id: string;
  readonly client: BetterAuthClient;
}

async function signUp({ url }: Provider, name: string): Promise<User> {
  const client = betterAuthClient(url);
  const credentials = { email: `${name}@example.com`, password: `password of ${name}` };
  expect((await client.signUp.email({ ...credentials, name })).error).toBeNull();
  expect((await client.signOut()).error).toBeNull();
  const { data } = await client.signIn.email(credentials);
  return { id: data?.user.id ?? '', client };
}

async function tokenOf({ client }: User): Promise<string> {
  return String((await client.token()).data?.token);
}

interface Answered {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function call({ url }: TestApi, token: string, path = '/api/v1/me', body?: object): Promise<Answered> {
  const response = await fetch(url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answered['body'] };
}

describe.each([
  ['Better Auth itself', startReal],
  ['the mock in its Better Auth preset', startMock],
])('the API behind %s', (_, start) => {
  let provider: Provider;
  let api: TestApi;
  let user: User;
  beforeAll(async () => {
    provider = await start();
    api = await startApi(provider);
    user = await signUp(provider, 'ada');
  });
  afterAll(async () => {
    await api[Symbol.asyncDispose]();
    await provider[Symbol.asyncDispose]();
  });

  test('knows who signed up and in by their token, and lets them at what is theirs alone', async () => {
    const other = await signUp(provider, 'bob');
    const token = await tokenOf(user);
    const me = await call(api, token);
    expect(me.status).toBe(200);
    expect(me.body).toMatchObject({
      user_id: user.id,
      email: 'ada@example.com',
      name: 'ada',
      iss: provider.url,
    });
    const task = { title: 'read the key set' };
    expect((await call(api, token, `/api/v1/${user.id}/tasks`, task)).status).toBe(201);
    expect((await call(api, token, `/api/v1/${other.id}/tasks`)).status).toBe(403);
    expect((await call(api, await tokenOf(other), `/api/v1/${other.id}/tasks`)).status).toBe(200);
  });

  test('takes its session token for no access token', async () => {
    const session = String((await user.client.getSession()).data?.session.token);
    expect((await call(api, session)).body['error_code']).toBe('invalid_token');
  });

  test('refuses no good token while keys rotate, and takes those of each new key', async () => {
    const tokens = [await tokenOf(user)];
    const outcomes = new Map<number, number>();
    let running = true;
    const asking = Array.from({ length: 4 }, async (_, worker) => {
      for (let turn = worker; running; turn += 1) {
        const { status } = await call(api, tokens[turn % tokens.length] ?? '');
        outcomes.set(status, (outcomes.get(status) ?? 0) + 1);
      }
    });
    try {
      for (const rotations of [1, 2]) {
        await provider.rotate();
        tokens.push(await tokenOf(user));
        const sent = total(outcomes);
        await expect.poll(() => total(outcomes), { timeout: 30_000 }).toBeGreaterThan(sent + 20);
        expect(new Set(tokens.map((token) => decodeProtectedHeader(token).kid)).size).toBe(rotations + 1);
      }
    } finally {
      running = false;
      await Promise.all(asking);
    }
    expect([...outcomes.keys()]).toEqual([200]);
    for (const token of tokens) expect((await call(api, token)).status).toBe(200);
  });
});

function total(outcomes: ReadonlyMap<number, number>): number {
  return [...outcomes.values()].reduce((sum, count) => sum + count, 0);
}

test.each([
  ['Better Auth itself', startReal],
  ['the mock in its Better Auth preset', startMock],
])('signing out of %s ends the session; a token that was issued is good until its exp', async (_, start) => {
  await using provider = await start({ tokenLifetime: 10 });
  await using api = await startApi(provider);
  const user = await signUp(provider, 'eve');
  const token = await tokenOf(user);
  expect((await user.client.signOut()).error).toBeNull();
  expect((await user.client.token()).error).toMatchObject({ status: 401 });
  const { status, body } = await call(api, token);
  expect(status).toBe(200);
  await expect
    .poll(async () => (await call(api, token)).body['error_code'], { timeout: 30_000 })
    .toBe('token_expired');
  expect(Date.now() / 1000).toBeGreaterThanOrEqual(Number(body['exp']));
});
