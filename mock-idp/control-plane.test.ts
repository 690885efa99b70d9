import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectMockIdp, forgeries, type MockIdp, startMockIdp } from './index.ts';

let idp: MockIdp;

beforeAll(async () => {
  idp = await startMockIdp({ maxIssuers: 20 });
});
afterAll(() => idp.close());

async function send(
  method: string,
  path: string,
  body?: string,
  type = 'application/json',
): Promise<Response> {
  const content = body === undefined ? {} : { body, headers: { 'content-type': type } };
  return fetch(idp.url + path, { method, ...content });
}

describe('the control plane', () => {
  it('mints without a body, for a shell', async () => {
    const response = await send('POST', '/_mock/mint');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ claims: { sub: 'user-123' } });
  });

  it('says on every answer that it is for tests only', async () => {
    for (const path of [
      '/jwks',
      '/_mock/info',
      '/nowhere',
      '/t/.well-known/openid-configuration',
      '/isalive',
    ]) {
      expect((await send('GET', path)).headers.get('x-gateproof-mock')).toBe('testing-only');
    }
  });

  it('tells what a client must know, and no password', async () => {
    const info = await (await send('GET', '/tenant/_mock/info')).json();
    expect(info).toEqual({
      name: 'tenant',
      url: idp.url,
      issuer: `${idp.url}/tenant`,
      jwksUrl: `${idp.url}/tenant/.well-known/jwks.json`,
      audience: 'https://api.example.com',
      tokenLifetime: 900,
      preset: null,
      users: [
        { sub: 'user-123', email: 'user@example.com', name: 'Example User' },
        { sub: 'user-456', email: 'other@example.com', name: 'Other User' },
      ],
    });
  });

  it('lists every forgery with its description', async () => {
    const { forgeries: listed } = (await (await send('GET', '/_mock/forgeries')).json()) as {
      forgeries: unknown[];
    };
    expect(listed).toEqual(
      forgeries.map(({ name, requirement, verdict, defect, references }) => ({
        name,
        requirement,
        verdict,
        defect,
        references,
      })),
    );
  });

  it('empties the journal on request', async () => {
    await send('GET', '/emptied/jwks');
    expect((await send('DELETE', '/emptied/_mock/journal')).status).toBe(204);
    expect(await (await send('GET', '/emptied/_mock/journal')).json()).toEqual({ entries: [] });
  });

  it('keeps its own requests out of the journal', async () => {
    const issuer = idp.issuer('unseen');
    await send('POST', '/unseen/_mock/mint');
    await send('GET', '/unseen/_mock/nothing');
    expect(await issuer.journal()).toEqual([]);
  });

  it.each<[string, string, string | undefined, number, string]>([
    ['POST', '/_mock/mint', '{"clams":{}}', 400, 'unknown member "clams"; did you mean "claims"?'],
    ['POST', '/_mock/mint', '[1]', 400, 'expected object'],
    ['POST', '/_mock/mint', '{', 400, 'The body is no JSON'],
    ['POST', '/_mock/keys', undefined, 400, 'Cannot change the keys'],
    ['POST', '/_mock/keys', '{"story":"rotat"}', 400, 'did you mean "rotate"?'],
    ['POST', '/_mock/faults', '{"endpoint":"jwks"}', 400, 'actions:'],
    ['POST', '/_mock/forge', '{}', 400, 'name:'],
    [
      'GET',
      '/_mock/journal?endpont=jwks',
      undefined,
      400,
      'unknown member "endpont"; did you mean "endpoint"?',
    ],
    ['GET', '/_mock/journal/wait?count=1', undefined, 400, 'timeoutMs: is missing; expected number'],
    [
      'GET',
      '/_mock/journal?endpoint=jwks&endpoint=token',
      undefined,
      400,
      '"endpoint" is given more than once',
    ],
    ['POST', '/_mock/mint', '{"each":{"sub":"user-{n}"}}', 400, 'count: is missing'],
    ['POST', '/_mock/mint', '{"seed":"s"}', 400, 'count: is missing'],
    ['GET', '/_mock/journal/wait?count=1&timeoutMs=1&endpoint=refresh', undefined, 408, '0 of 1 requests'],
    ['GET', '/_mock/jurnal', undefined, 404, 'did you mean "/journal"?'],
    ['GET', '/_mock', undefined, 404, 'it has /info, /issuers, /settings'],
    ['GET', '/_mock/reset', undefined, 405, 'Only POST'],
    ['GET', '/jwkz', undefined, 404, 'did you mean "/jwks"?'],
    ['POST', '/jwks', undefined, 405, 'Only GET, HEAD'],
  ])('answers %s %s %s with %i and says why', async (method, path, body, status, detail) => {
    const response = await send(method, path, body);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const problem = (await response.json()) as Record<string, unknown>;
    expect(problem).toMatchObject({
      type: 'about:blank',
      status,
      detail: expect.stringContaining(detail) as string,
    });
  });

  it('refuses a body that a foreign web page could send unasked', async () => {
    expect((await send('POST', '/_mock/keys', '{"story":"rotate"}', 'text/plain')).status).toBe(415);
  });

  it('refuses a body of more than 1 MiB', async () => {
    const response = await send(
      'POST',
      '/_mock/mint',
      JSON.stringify({ claims: { x: 'x'.repeat(1024 ** 2) } }),
    );
    expect([response.status, await response.json()]).toMatchObject([413, { code: 'body_too_large' }]);
  });

  it('refuses claims nested too deeply to be written again', async () => {
    const depth = 100_000;
    const response = await send(
      'POST',
      '/_mock/mint',
      `{"claims":{"x":${'['.repeat(depth)}${']'.repeat(depth)}}}`,
    );
    expect([response.status, await response.json()]).toMatchObject([400, { code: 'invalid_request' }]);
  });
});

describe('the number of issuers', () => {
  it('is bounded, and only endpoints bring one into being', async () => {
    await using small = await startMockIdp({ maxIssuers: 2 });
    for (let index = 0; index < 10; index += 1) await fetch(`${small.url}/stray-${index}/index.html`);
    expect((await fetch(`${small.url}/one/jwks`)).status).toBe(200);
    const refused = await fetch(`${small.url}/two/jwks`);
    expect([refused.status, await refused.json()]).toMatchObject([429, { code: 'too_many_issuers' }]);
    expect((await fetch(`${small.url}/one/jwks`)).status).toBe(200);
    expect((await fetch(`${small.url}/attacker/jwks`)).status).toBe(200);
  });
});

describe('the control token', () => {
  it('is demanded where one is set, of the control plane only', async () => {
    await using guarded = await startMockIdp({ controlToken: 'open sesame' });
    expect((await fetch(`${guarded.url}/jwks`)).status).toBe(200);
    for (const headers of [{}, { 'x-mock-control-token': 'wrong' }]) {
      const response = await fetch(`${guarded.url}/_mock/mint`, { method: 'POST', headers });
      expect([response.status, await response.json()]).toMatchObject([
        401,
        { code: 'control_token_required' },
      ]);
    }
    await expect(connectMockIdp(guarded.url)).rejects.toMatchObject({ code: 'control_token_required' });
    const control = await connectMockIdp(guarded.url, { controlToken: 'open sesame' });
    await expect(control.issuer().mint()).resolves.toHaveProperty('token');
  });
});

describe('pages of another origin', () => {
  const page = { origin: 'http://localhost:3000' };

  it('may read every endpoint but the control plane, cookies included', async () => {
    const jwks = await fetch(`${idp.url}/jwks`, { headers: page });
    expect(jwks.headers.get('access-control-allow-origin')).toBe(page.origin);
    expect(jwks.headers.get('access-control-allow-credentials')).toBe('true');
    expect(jwks.headers.get('vary')).toBe('Origin');
    const control = await fetch(`${idp.url}/_mock/info`, { headers: page });
    expect(control.headers.get('access-control-allow-origin')).toBeNull();
    const noPage = await fetch(`${idp.url}/jwks`);
    expect(noPage.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('are told beforehand what they may send', async () => {
    const preflight = async (path: string): Promise<Response> =>
      fetch(idp.url + path, {
        method: 'OPTIONS',
        headers: {
          ...page,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type, dpop',
        },
      });
    const token = await preflight('/tenant/token');
    expect(token.status).toBe(204);
    expect(token.headers.get('access-control-allow-origin')).toBe(page.origin);
    expect(token.headers.get('access-control-allow-headers')).toBe('content-type, dpop');
    expect((await preflight('/_mock/keys')).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('are those that are listed only, where some are, and these may use the control plane', async () => {
    await using listed = await startMockIdp({ allowedOrigins: [page.origin], controlToken: 't' });
    const allowed = async (path: string, origin: string): Promise<string | null> =>
      (await fetch(listed.url + path, { headers: { origin } })).headers.get('access-control-allow-origin');
    expect(await allowed('/jwks', page.origin)).toBe(page.origin);
    expect(await allowed('/_mock/info', page.origin)).toBe(page.origin);
    expect(await allowed('/jwks', 'https://evil.test')).toBeNull();
    await expect(startMockIdp({ allowedOrigins: ['http://localhost:3000/'] })).rejects.toThrow(
      'allowedOrigins.0: expected an origin',
    );
  });
});
