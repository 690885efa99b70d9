import { describe, expect, it } from 'vitest';
import type { Fault, FaultAction } from './index.ts';
import { useFaultyIssuers } from './testing/faulty-issuers.ts';

const issuers = useFaultyIssuers();
const { faulty, fresh, get } = issuers;

describe('a sequence of faults', () => {
  const down: FaultAction = { kind: 'respond', status: 503 };
  const slow: FaultAction = { kind: 'respond', status: 429 };

  it.each<[string, Omit<Fault, 'endpoint'>, readonly number[]]>([
    ['the last action stays', { actions: [down, slow, { kind: 'ok' }] }, [503, 429, 200, 200, 200]],
    ['one action stays until cleared', { actions: [down] }, [503, 503, 503]],
    [
      'times counts how often the sequence applies',
      { actions: [down, slow], times: 2 },
      [503, 429, 503, 429, 200],
    ],
    ['times of a single action', { actions: [down], times: 2 }, [503, 503, 200, 200]],
  ])('%s', async (_, fault, statuses) => {
    const issuer = fresh();
    await issuer.fault({ endpoint: 'jwks', ...fault });
    const seen: number[] = [];
    for (const path of statuses.map((__, index) => (index % 2 === 0 ? '/jwks' : '/.well-known/jwks.json'))) {
      seen.push((await get(issuer.issuer + path)).status);
    }
    expect(seen).toEqual(statuses);
  });

  it('is replaced by a later fault for the same endpoint, and touches no other endpoint', async () => {
    const issuer = await faulty(down, down);
    await issuer.fault({ endpoint: 'jwks', actions: [slow] });
    await issuer.fault({ endpoint: 'discovery', actions: [down], times: 1 });
    const discovery = `${issuer.issuer}/.well-known/openid-configuration`;
    expect((await get(issuer.jwksUrl)).status).toBe(429);
    expect((await get(discovery)).status).toBe(503);
    expect((await get(discovery)).status).toBe(200);
    expect((await get(`${issuer.issuer}/api/auth/get-session`)).status).toBe(200);
  });

  it('works on token and refresh too, and a refused refresh spends no token', async () => {
    const issuer = fresh();
    const post = async (path: string, body: object): Promise<Response> =>
      fetch(issuer.issuer + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const credentials = { email: 'user@example.com', password: 'password123' };
    const signedIn = (await (await post('/api/auth/sign-in/email', credentials)).json()) as Record<
      string,
      string
    >;
    const refreshToken = signedIn['refreshToken'];
    await issuer.fault({ endpoint: 'refresh', actions: [down], times: 1 });
    await issuer.fault({ endpoint: 'token', actions: [slow], times: 1 });
    expect((await post('/api/auth/refresh', { refreshToken })).status).toBe(503);
    expect((await post('/api/auth/refresh', { refreshToken })).status).toBe(200);
    const authorization = `Bearer ${String(signedIn['token'])}`;
    const token = (): Promise<Response> =>
      fetch(`${issuer.issuer}/api/auth/token`, { headers: { authorization } });
    expect((await token()).status).toBe(429);
    expect((await token()).status).toBe(200);
  });

  it('works on every endpoint that has a name', async () => {
    const issuer = fresh();
    for (const endpoint of ['session', 'userinfo'] as const) {
      await issuer.fault({ endpoint, actions: [down], times: 1 });
    }
    expect((await get(`${issuer.issuer}/api/auth/get-session`)).status).toBe(503);
    expect((await get(`${issuer.issuer}/userinfo`)).status).toBe(503);
    expect((await get(`${issuer.issuer}/userinfo`)).status).toBe(401);
  });

  it.each<[string, object, string]>([
    [
      'a body and JSON at once',
      { endpoint: 'jwks', actions: [{ kind: 'respond', status: 200, body: '', json: {} }] },
      'give body or json, not both',
    ],
    ['no action', { endpoint: 'jwks', actions: [] }, 'actions:'],
    ['an unknown action', { endpoint: 'jwks', actions: [{ kind: 'rest' }] }, 'did you mean "reset"?'],
    ['an unknown endpoint', { endpoint: 'jwk', actions: [{ kind: 'ok' }] }, 'did you mean "jwks"?'],
    [
      'a status HTTP does not have',
      { endpoint: 'jwks', actions: [{ kind: 'respond', status: 99 }] },
      'actions.0.status',
    ],
    [
      'a header HTTP cannot carry',
      { endpoint: 'jwks', actions: [{ kind: 'respond', status: 200, headers: { x: 'a\nb' } }] },
      'actions.0.headers.x: not a header field',
    ],
    [
      'a stale token',
      { endpoint: 'token', actions: [{ kind: 'stale' }] },
      'only the jwks endpoint can be stale',
    ],
  ])('refuses %s', async (_, fault, message) => {
    await expect(issuers.idp.issuer('refusing').fault(fault as Fault)).rejects.toThrow(message);
  });
});
