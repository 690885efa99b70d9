import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { startMockIdp } from './index.ts';
import { Browser } from './testing/browser.ts';
import { GOOD, VERIFIER, useFlows } from './testing/flows.ts';

const flows = useFlows();
const { authorizeUrl, clock, code, exchange, token } = flows;

describe('the token endpoint', () => {
  it('answers as RFC 6749 §5.1 has it, for a code with PKCE', async () => {
    const plain = await exchange(await code({ code_challenge: VERIFIER }), { code_verifier: VERIFIER });
    expect(plain.status).toBe(200);
    expect([plain.headers.get('cache-control'), plain.headers.get('pragma')]).toEqual([
      'no-store',
      'no-cache',
    ]);
    expect(plain.body).toEqual({
      access_token: expect.any(String) as string,
      token_type: 'Bearer',
      expires_in: 900,
      refresh_token: expect.any(String) as string,
    });
    expect(decodeJwt(String(plain.body['access_token']))).toMatchObject({
      sub: 'user-123',
      client_id: 'spa',
    });
  });

  it.each<[string, Record<string, string>, Record<string, string>, string]>([
    ['another client', {}, { client_id: 'free' }, 'given to another client'],
    ['another redirect URI', {}, { redirect_uri: 'https://app.test/other' }, 'redirect_uri is not the one'],
    ['no redirect URI', {}, { redirect_uri: '' }, 'redirect_uri is not the one'],
    ['no verifier', { code_challenge: VERIFIER }, {}, 'code_verifier is missing'],
    ['a wrong verifier', { code_challenge: VERIFIER }, { code_verifier: 'w'.repeat(43) }, 'does not match'],
    ['a verifier nobody announced', {}, { code_verifier: VERIFIER }, 'no code_challenge before it'],
  ])('refuses a code with %s', async (_, request, fields, message) => {
    const { status, body } = await exchange(await code(request), fields);
    expect([status, body['error']]).toEqual([400, 'invalid_grant']);
    expect(body['error_description']).toContain(message);
  });

  it('refuses a code after a minute', async () => {
    const late = await code();
    clock.at += 60_000;
    expect((await exchange(late)).body['error_description']).toBe('The code has expired');
  });

  it('refuses a wider scope and another client at a refresh, and the token can be used after', async () => {
    const { body } = await exchange(await code({ scope: 'openid read' }));
    const refresh = (more: Record<string, string>): ReturnType<typeof token> =>
      token({
        grant_type: 'refresh_token',
        client_id: 'spa',
        refresh_token: String(body['refresh_token']),
        ...more,
      });
    expect((await refresh({ scope: 'read write' })).body['error']).toBe('invalid_scope');
    expect((await refresh({ client_id: 'free' })).body['error']).toBe('invalid_grant');
    expect((await refresh({})).body).toMatchObject({
      scope: 'openid read',
      id_token: expect.any(String) as string,
    });
  });

  it('keeps a refresh token where rotation is off', async () => {
    await using lasting = await startMockIdp({ rotateRefreshToken: false });
    const sign = await fetch(`${lasting.url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'user@example.com', password: 'password123' }),
    });
    const { refreshToken } = (await sign.json()) as { refreshToken: string };
    for (let uses = 0; uses < 2; uses += 1) {
      const response = await fetch(`${lasting.url}/api/auth/refresh`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ refreshToken }),
      });
      expect(await response.json()).toMatchObject({ refreshToken });
    }
  });

  it.each<[string, Record<string, string> | string, Record<string, string>, number, string, string]>([
    ['no grant type', { client_id: 'spa' }, {}, 400, 'invalid_request', "'grant_type' is missing"],
    [
      'a misspelt grant type',
      { client_id: 'spa', grant_type: 'refresh-token' },
      {},
      400,
      'unsupported_grant_type',
      "did you mean 'refresh_token'?",
    ],
    ['no client', { grant_type: 'client_credentials' }, {}, 401, 'invalid_client', 'Send client_id'],
    [
      'an unknown client',
      { grant_type: 'client_credentials', client_id: 'nobody' },
      {},
      401,
      'invalid_client',
      'unknown',
    ],
    [
      'no secret',
      { grant_type: 'client_credentials', client_id: 'web' },
      {},
      401,
      'invalid_client',
      'secret is another',
    ],
    [
      'no code',
      { grant_type: 'authorization_code', client_id: 'spa' },
      {},
      400,
      'invalid_request',
      "'code' is missing",
    ],
    [
      'a made-up code',
      { grant_type: 'authorization_code', client_id: 'spa', code: 'x' },
      {},
      400,
      'invalid_grant',
      'unknown',
    ],
    [
      'a made-up refresh token',
      { grant_type: 'refresh_token', client_id: 'spa', refresh_token: 'x.y' },
      {},
      400,
      'invalid_grant',
      'unknown',
    ],
    [
      'a field twice',
      'grant_type=client_credentials&grant_type=x&client_id=spa',
      {},
      400,
      'invalid_request',
      'more than once',
    ],
    [
      'two kinds of credentials',
      { grant_type: 'client_credentials', client_secret: 'x' },
      { authorization: 'Basic d2ViOnMzY3JldA==' },
      400,
      'invalid_request',
      'two ways at once',
    ],
    [
      'another client in the header',
      { grant_type: 'client_credentials', client_id: 'spa' },
      { authorization: 'Basic d2ViOnMzY3JldA==' },
      400,
      'invalid_request',
      'not the one',
    ],
    ['JSON', '{}', { 'content-type': 'application/json' }, 415, 'invalid_request', 'x-www-form-urlencoded'],
  ])('refuses %s', async (_, fields, headers, status, error, message) => {
    const answer = await token(fields, headers);
    expect([answer.status, answer.body['error']]).toEqual([status, error]);
    expect(answer.body['error_description']).toContain(message);
  });

  it('describes an error in the characters that RFC 6749 §5.2 allows', async () => {
    const { body } = await token({ grant_type: 'päss"\\\n😀', client_id: 'spa' });
    expect(body['error_description']).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/u);
    expect(body['error_description']).toContain("'p?ss'???'");
  });

  it('takes credentials of a client that does not encode them', async () => {
    const authorization = `Basic ${Buffer.from('free:100%').toString('base64')}`;
    expect((await token({ grant_type: 'client_credentials' }, { authorization })).status).toBe(200);
  });
});

describe('the end of a session', () => {
  it('comes by the cookie alone, with a page that says so', async () => {
    const browser = new Browser();
    await code({}, browser);
    const page = await browser.visit(`${flows.idp.url}/endsession`);
    expect([page.status, page.text.includes('You are signed out.')]).toEqual([200, true]);
    expect((await browser.visit(authorizeUrl(GOOD))).text).toContain('wants to sign you in');
  });

  it.each([
    [
      'an unknown return address',
      { client_id: 'free', post_logout_redirect_uri: 'https://evil.test/' },
      'not one of those',
    ],
    [
      'a return address that is not ASCII',
      { post_logout_redirect_uri: 'https://a.test/中' },
      'no absolute URI',
    ],
    [
      'a script as return address',
      { post_logout_redirect_uri: 'javascript:alert(1)' },
      'must not be sent to',
    ],
    ['a hint that is no token', { id_token_hint: 'x.y.z' }, 'no ID token of this issuer'],
  ])('is refused with %s', async (_, parameters, message) => {
    const query = new URLSearchParams(parameters as Record<string, string>).toString();
    const { status, text } = await new Browser().visit(`${flows.idp.url}/endsession?${query}`);
    expect([status, text.includes(message)]).toEqual([400, true]);
  });

  it('takes an ID token that has expired', async () => {
    const { body } = await exchange(await code({ scope: 'openid' }));
    clock.at += 3_600_000;
    const query = new URLSearchParams({ id_token_hint: String(body['id_token']) }).toString();
    expect((await new Browser().visit(`${flows.idp.url}/endsession?${query}`)).status).toBe(200);
    const refreshed = await token({
      grant_type: 'refresh_token',
      client_id: 'spa',
      refresh_token: String(body['refresh_token']),
    });
    expect(refreshed.body['error']).toBe('invalid_grant');
  });
});
