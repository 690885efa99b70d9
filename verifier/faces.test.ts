import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { send } from './service/testing/raw-http.ts';
import type { RawAnswer, RawRequest } from './service/testing/raw-http.ts';
import { faces } from './testing/faces.ts';
import type { Face } from './testing/faces.ts';
import { createKey, signToken } from './testing/tokens.ts';
import { createWarm } from './testing/verifier.ts';

const [published, attacker, unpublished] = [createKey('k1'), createKey('k1'), createKey('k2')];
const TOKEN = signToken(published);
const withClaims = (claims: object): RawRequest => ({ token: signToken(published, { claims }) });
const lines = (...values: string[]): RawRequest => ({
  headers: values.map((one) => `Authorization: ${one}`),
});

const CHALLENGE = 'Bearer realm="tasks"';
const INVALID = `${CHALLENGE}, error="invalid_token", error_description="Invalid token"`;
const EXPIRED = `${CHALLENGE}, error="invalid_token", error_description="Token has expired"`;
const LACKING = `${CHALLENGE}, error="insufficient_scope", error_description="The token lacks a scope that this request needs"`;

type Expected = readonly [status: number, code: string, challenge?: string];
const OK: Expected = [200, ''];
const missing: Expected = [401, 'missing_token', CHALLENGE];
const invalid: Expected = [401, 'invalid_token', INVALID];
const forbidden: Expected = [403, 'forbidden'];
const lacking = (scope: string): Expected => [403, 'insufficient_scope', `${LACKING}, scope="${scope}"`];

/** Every request of the table is sent to a server of each framework. */
const table: Readonly<Record<string, readonly [Expected, string, RawRequest?, string?]>> = {
  'a good token': [OK, '/me', { token: TOKEN }],
  'the scheme in lower case': [OK, '/me', lines(`bearer ${TOKEN}`)],
  'blanks around the token': [OK, '/me', lines(`Bearer   ${TOKEN} \t`)],
  'a name in odd case': [OK, '/me', { headers: [`aUtHoRiZaTiOn: Bearer ${TOKEN}`] }],
  'no credentials': [missing, '/me'],
  'an empty header': [missing, '/me', lines('')],
  'the scheme alone': [missing, '/me', lines('Bearer')],
  'the token without a scheme': [missing, '/me', lines(TOKEN)],
  'another scheme': [missing, '/me', lines('Basic dTpw')],
  'another scheme with parameters': [missing, '/me', lines('Digest username="u", realm="r", nonce="n"')],
  'the token in the query': [missing, `/me?access_token=${TOKEN}`],
  'the token in a cookie': [missing, '/me', { headers: [`Cookie: access_token=${TOKEN}`] }],
  'a token signed by somebody else': [invalid, '/me', { token: signToken(attacker) }],
  'a malformed token': [invalid, '/me', { token: 'a.b' }],
  'an expired token': [[401, 'token_expired', EXPIRED], '/me', withClaims({ exp: 1 })],
  'two parts': [invalid, '/me', lines(`Bearer ${TOKEN} x`)],
  'a comma': [invalid, '/me', lines(`Bearer ${TOKEN}, Bearer ${TOKEN}`)],
  'two headers, good and bad': [invalid, '/me', lines(`Bearer ${TOKEN}`, 'Bearer a.b.c')],
  'two headers, bad and good': [invalid, '/me', lines('Bearer a.b.c', `Bearer ${TOKEN}`)],
  'two headers, the same': [invalid, '/me', lines(`Bearer ${TOKEN}`, `Bearer ${TOKEN}`)],
  'two headers, another scheme first': [invalid, '/me', lines('Basic dTpw', `Bearer ${TOKEN}`)],
  'two headers, another scheme last': [invalid, '/me', lines(`Bearer ${TOKEN}`, 'Basic dTpw')],
  'two headers, none of them Bearer': [invalid, '/me', lines('Basic dTpw', 'Basic dTpx')],
  'two headers, the second empty': [invalid, '/me', lines('Basic dTpw', '')],
  'two headers, a token without a scheme last': [invalid, '/me', lines('Basic dTpw', TOKEN)],
  'HEAD with a good token': [OK, '/me', { token: TOKEN }, 'HEAD'],
  'HEAD without one': [missing, '/me', {}, 'HEAD'],
  'POST without one': [missing, '/me', {}, 'POST'],
  'OPTIONS with a good token': [OK, '/me', { token: TOKEN }, 'OPTIONS'],
  // A gate that let preflights pass would let every OPTIONS pass. CORS goes in front of it.
  'OPTIONS without one': [missing, '/me', { headers: ['Access-Control-Request-Method: GET'] }, 'OPTIONS'],
  'no such path, without a token': [missing, '/nowhere'],
  'the owner': [OK, '/user-1/tasks', { token: TOKEN }],
  'the owner, percent-encoded': [OK, '/user%2D1/tasks', { token: TOKEN }],
  'another owner': [forbidden, '/user-2/tasks', { token: TOKEN }],
  'the owner in capitals': [forbidden, '/USER-1/tasks', { token: TOKEN }],
  'another owner, without a token': [missing, '/user-2/tasks'],
  'no scope': [lacking('tasks:write'), '/scoped', { token: TOKEN }],
  'the scope': [OK, '/scoped', withClaims({ scope: 'tasks:write' })],
  'the scope among others': [OK, '/scoped', withClaims({ scope: 'tasks:read tasks:write' })],
  'the scope in an array': [OK, '/scoped', withClaims({ scope: ['tasks:read', 'tasks:write'] })],
  'the scope in scp': [OK, '/scoped', withClaims({ scp: 'tasks:read tasks:write' })],
  'the scope in an array in scp': [OK, '/scoped', withClaims({ scp: ['tasks:write'] })],
  'a longer scope': [lacking('tasks:write'), '/scoped', withClaims({ scope: 'tasks:write2' })],
  'the scope in capitals': [lacking('tasks:write'), '/scoped', withClaims({ scope: 'TASKS:WRITE' })],
  'scopes with commas': [lacking('tasks:write'), '/scoped', withClaims({ scope: 'tasks:read,tasks:write' })],
  'two scopes in one entry': [lacking('tasks:write'), '/scoped', withClaims({ scope: ['tasks:write x'] })],
  'a scope that is an object': [
    lacking('tasks:write'),
    '/scoped',
    withClaims({ scope: { 0: 'tasks:write' } }),
  ],
  'scp beside a scope without it': [
    lacking('tasks:write'),
    '/scoped',
    withClaims({ scope: 'tasks:read', scp: 'tasks:write' }),
  ],
  'one scope of two': [lacking('tasks:read tasks:write'), '/both', withClaims({ scope: 'tasks:write' })],
  'both scopes, in any order': [OK, '/both', withClaims({ scope: 'tasks:write tasks:read' })],
  'the scope without a token': [missing, '/scoped'],
};

/** What a client sees of an answer. The headers of a 200 are the handler's and its framework's. */
function seen({ status, headers, body }: RawAnswer): unknown {
  const aside = new Set(['date', 'connection', 'keep-alive']);
  const own = Object.fromEntries([...headers].filter(([name]) => !aside.has(name)));
  const text = body === '' ? body : (JSON.parse(body) as unknown);
  return status === 200 ? { status, body: text } : { status, headers: own, body: text };
}

function expectedOf([status, error_code, challenge]: Expected, method: string): unknown {
  if (status === 200) return { status, body: method === 'HEAD' ? '' : { sub: 'user-1' } };
  const error = status === 401 ? 'Unauthorized' : 'Forbidden';
  return {
    status,
    headers: {
      'cache-control': 'no-store',
      'content-type': 'application/json; charset=utf-8',
      'content-length': expect.stringMatching(/^[1-9]\d+$/) as string,
      ...(challenge !== undefined && { 'www-authenticate': challenge }),
    },
    body: method === 'HEAD' ? '' : { error, error_code, message: expect.any(String) as string },
  };
}

describe.each(Object.entries(faces))('the gate of %s', (_, start) => {
  const resources = new AsyncDisposableStack();
  let face: Face;

  beforeAll(async () => {
    const { verifier } = await createWarm([published.jwk]);
    face = resources.use(await start(resources.use(verifier), { realm: 'tasks' }));
  });
  afterAll(() => resources.disposeAsync());

  test.each(Object.entries(table))('judges like all others: %s', async (_name, row) => {
    const [expected, path, sent, method = 'GET'] = row;
    expect(seen(await send(face.url, method, path, sent))).toEqual(expectedOf(expected, method));
  });

  test('answers 503 with Retry-After where the key cannot be had', async () => {
    const { verifier, endpoint } = await createWarm([published.jwk]);
    await using degraded = await start(verifier);
    endpoint.answer(new TypeError('fetch failed'));
    const { status, headers, body } = await send(degraded.url, 'GET', '/me', {
      token: signToken(unpublished),
    });
    expect({ status, body: JSON.parse(body) as unknown }).toEqual({
      status: 503,
      body: {
        error: 'Service Unavailable',
        error_code: 'jwks_unavailable',
        message: 'Token cannot be verified at present',
      },
    });
    expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect([headers.get('cache-control'), headers.get('www-authenticate')]).toEqual(['no-store', undefined]);
  });

  test('waits for the fetch of a new key', async () => {
    const { verifier, endpoint } = await createWarm([published.jwk]);
    await using waiting = await start(verifier);
    endpoint.answer([published.jwk, unpublished.jwk]);
    const { status } = await send(waiting.url, 'GET', '/me', { token: signToken(unpublished) });
    expect(status).toBe(200);
  });

  test('lets nobody pass when the verifier itself fails', async () => {
    const { verifier } = await createWarm([published.jwk]);
    vi.spyOn(console, 'error').mockReturnValue();
    verifier.judge = () => {
      throw new RangeError('a defect');
    };
    await using failing = await start(verifier);
    expect((await send(failing.url, 'GET', '/me', { token: TOKEN })).status).toBe(500);
    verifier.judge = () => undefined;
    verifier.verify = () => Promise.reject(new RangeError('a defect'));
    expect((await send(failing.url, 'GET', '/me', { token: TOKEN })).status).toBe(500);
  });

  test('says how long an accepted token took where it is told to, and never of a refused one', async () => {
    const { verifier } = await createWarm([published.jwk]);
    await using timed = await start(verifier, { serverTiming: true });
    const good = await send(timed.url, 'GET', '/me', { token: TOKEN });
    expect(good.headers.get('server-timing')).toMatch(/^jwt;dur=\d+\.\d{3}$/);
    for (const refused of [{}, { token: 'a.b' }, { token: signToken(attacker) }]) {
      expect((await send(timed.url, 'GET', '/me', refused)).headers.has('server-timing')).toBe(false);
    }
  });

  test('is not made with a realm that cannot stand in a challenge', async () => {
    const { verifier } = await createWarm([published.jwk]);
    await expect(start(verifier, { realm: 'a"b' })).rejects.toThrow('realm must be');
  });
});
