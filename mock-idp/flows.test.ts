import fc from 'fast-check';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MockIdp, startMockIdp } from './index.ts';
import { Browser, type Page } from './testing/browser.ts';

let idp: MockIdp;
let at = Date.UTC(2030, 0, 1);

const CLIENTS = [
  { clientId: 'web', clientSecret: 's3cret', redirectUris: ['https://app.test/cb'] },
  { clientId: 'spa', redirectUris: ['https://app.test/cb', 'com.example.app:/cb?x=1'] },
  { clientId: 'free', postLogoutRedirectUris: ['https://app.test/bye'] },
];

beforeAll(async () => {
  idp = await startMockIdp({ now: () => at, clients: CLIENTS });
});
afterAll(() => idp.close());

const VERIFIER = 'v'.repeat(43);
const GOOD = { client_id: 'spa', redirect_uri: 'https://app.test/cb', response_type: 'code' };

function authorizeUrl(parameters: Record<string, string>, base = idp.url): string {
  return `${base}/authorize?${new URLSearchParams(parameters).toString()}`;
}

async function code(parameters: Record<string, string> = {}, browser = new Browser()): Promise<string> {
  const { location } = await browser.visit(authorizeUrl({ ...GOOD, ...parameters }), { user: 'user-123' });
  return String(location?.searchParams.get('code'));
}

async function token(
  fields: Record<string, string> | string,
  headers: Record<string, string> = {},
): Promise<{ readonly status: number; readonly headers: Headers; readonly body: Record<string, unknown> }> {
  const response = await fetch(`${idp.url}/token`, {
    method: 'POST',
    headers,
    body: new URLSearchParams(fields),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

const exchange = (value: string, more: Record<string, string> = {}): ReturnType<typeof token> =>
  token({
    grant_type: 'authorization_code',
    code: value,
    client_id: 'spa',
    redirect_uri: GOOD.redirect_uri,
    ...more,
  });

describe('the authorization endpoint', () => {
  it.each<[string, Record<string, string>, string]>([
    ['no client', { client_id: '' }, '&#39;client_id&#39; is missing'],
    ['an unknown client', { client_id: 'nobody' }, 'No client is called'],
    ['an unknown redirect URI', { redirect_uri: 'https://evil.test/cb' }, 'not one of those of the client'],
    ['no redirect URI where there are two', { redirect_uri: '' }, '&#39;redirect_uri&#39; is missing'],
    ['a relative redirect URI', { client_id: 'free', redirect_uri: '/cb' }, 'no absolute URI'],
    [
      'a redirect URI with a fragment',
      { client_id: 'free', redirect_uri: 'https://a.test/#x' },
      'without a fragment',
    ],
    [
      'a redirect URI that is not ASCII',
      { client_id: 'free', redirect_uri: 'https://a.test/中' },
      'no absolute URI',
    ],
    [
      'a script as redirect URI',
      { client_id: 'free', redirect_uri: 'javascript:alert(1)' },
      'must not be sent to',
    ],
  ])('tells the user, not the client, of %s', async (_, parameters, message) => {
    const { status, text, location } = await new Browser().visit(authorizeUrl({ ...GOOD, ...parameters }));
    expect([status, location]).toEqual([400, undefined]);
    expect(text).toContain(message);
  });

  it.each<[string, Record<string, string>, string]>([
    ['no response type', { response_type: '' }, 'invalid_request'],
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['another response mode', { response_mode: 'form_post' }, 'invalid_request'],
    ['a request object', { request: 'x.y.z' }, 'request_not_supported'],
    ['a request URI', { request_uri: 'https://app.test/r' }, 'request_uri_not_supported'],
    ['a short challenge', { code_challenge: 'x', code_challenge_method: 'S256' }, 'invalid_request'],
    [
      'an unknown challenge method',
      { code_challenge: VERIFIER, code_challenge_method: 'S512' },
      'invalid_request',
    ],
    ['a method without a challenge', { code_challenge_method: 'S256' }, 'invalid_request'],
    ['a max_age that is no number', { max_age: 'soon' }, 'invalid_request'],
    ['nobody signed in and no page wanted', { prompt: 'none' }, 'login_required'],
  ])('tells the client of %s', async (_, parameters, error) => {
    const { status, location } = await new Browser().visit(
      authorizeUrl({ ...GOOD, state: 's', ...parameters }),
    );
    expect([status, location?.origin]).toEqual([303, 'https://app.test']);
    expect(Object.fromEntries(location?.searchParams ?? [])).toEqual({
      error,
      error_description: expect.any(String) as string,
      state: 's',
      iss: idp.url,
    });
  });

  it('refuses a parameter that is sent twice', async () => {
    const { text } = await new Browser().visit(`${authorizeUrl(GOOD)}&client_id=web`);
    expect(text).toContain('sent more than once');
  });

  it('goes on with the query that a redirect URI has', async () => {
    const browser = new Browser();
    const { location } = await browser.visit(
      authorizeUrl({ ...GOOD, redirect_uri: 'com.example.app:/cb?x=1' }),
      {
        user: 'user-123',
      },
    );
    expect(String(location)).toMatch(/^com\.example\.app:\/cb\?x=1&code=/u);
  });

  it('lets a user refuse, mistype, and try again', async () => {
    const browser = new Browser();
    const page = await browser.visit(authorizeUrl({ ...GOOD, login_hint: 'user@example.com' }));
    expect(page.text).toContain('value="user@example.com"');
    const refused = await browser.submit(page, { deny: '1' });
    expect(refused.location?.searchParams.get('error')).toBe('access_denied');
    const wrong = await browser.submit(page, { email: 'user@example.com', password: 'wrong' });
    expect(wrong.status).toBe(401);
    expect(wrong.text).toContain('No user has this email and password.');
    const right = await browser.submit(wrong, { email: 'user@example.com', password: 'password123' });
    expect(right.location?.searchParams.has('code')).toBe(true);
  });

  it('takes a request by POST, too, and keeps it while the user signs in', async () => {
    const browser = new Browser();
    const page = await browser.visit(`${idp.url}/authorize`, { ...GOOD, state: 'kept' });
    expect(page.status).toBe(200);
    const { location } = await browser.submit(page, { user: 'user-456' });
    expect(location?.searchParams.get('state')).toBe('kept');
  });

  it('signs in once for many requests, unless the client or the age of the sign-in asks for more', async () => {
    const browser = new Browser();
    await code({}, browser);
    const ask = async (parameters: Record<string, string>): Promise<Page> =>
      browser.visit(authorizeUrl({ ...GOOD, ...parameters }));
    expect((await ask({ prompt: 'none' })).location?.searchParams.has('code')).toBe(true);
    expect((await ask({ prompt: 'login' })).status).toBe(200);
    at += 61_000;
    expect((await ask({ max_age: '60' })).status).toBe(200);
    expect((await ask({ max_age: '62' })).status).toBe(303);
  });

  it('signs the first user in, or the one that is hinted at, where no page is wanted', async () => {
    await using quick = await startMockIdp({ interactiveLogin: false });
    const signedIn = async (parameters: Record<string, string>): Promise<unknown> => {
      const { location } = await new Browser().visit(
        authorizeUrl(
          {
            client_id: 'any',
            redirect_uri: 'http://localhost:3000/cb',
            response_type: 'code',
            scope: 'openid',
            ...parameters,
          },
          quick.url,
        ),
      );
      const response = await fetch(`${quick.url}/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code: String(location?.searchParams.get('code')),
          client_id: 'any',
          redirect_uri: 'http://localhost:3000/cb',
        }),
      });
      return decodeJwt(((await response.json()) as { id_token: string }).id_token).sub;
    };
    expect(await signedIn({})).toBe('user-123');
    expect(await signedIn({ login_hint: 'other@example.com' })).toBe('user-456');
  });
});

const ATTRIBUTES = 'html lang charset name content method action value type autocomplete class'.split(' ');

describe('the page to sign in', () => {
  it('takes nothing from elsewhere, runs no script and stands in no frame', async () => {
    const { headers, text } = await new Browser().visit(authorizeUrl(GOOD));
    const policy = String(headers.get('content-security-policy'));
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; frame-ancestors 'none'$/u,
    );
    expect(text).not.toMatch(/<script|<img|<link|https?:\/\/(?!127\.0\.0\.1)/u);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('shows whatever a request holds as text', async () => {
    await using open = await startMockIdp();
    const hostile = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '"><script>alert(1)</script>',
        "' onfocus=alert(1) x='",
        '</style><b>',
        '&quot;<',
        '<!--',
      ),
    );
    await fc.assert(
      fc.asyncProperty(hostile, hostile, hostile, async (clientId, scope, hint) => {
        const { text } = await new Browser().visit(
          authorizeUrl(
            {
              client_id: `c${clientId}`,
              redirect_uri: 'https://app.test/',
              response_type: 'code',
              scope,
              login_hint: hint,
              state: hint,
            },
            open.url,
          ),
        );
        for (const tag of text.match(/<[^>]*>?/gu) ?? []) {
          expect(tag).toMatch(/^<\/?(?:!doctype|[\w]+)(?: [\w-]+(?:="[^"<>]*")?)*>$/u);
          const attributes = [...tag.matchAll(/ ([\w-]+)(?:="[^"]*")?/gu)].map(([, name = '']) => name);
          expect(attributes.filter((name) => !ATTRIBUTES.includes(name))).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });
});

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
    at += 60_000;
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
    const page = await browser.visit(`${idp.url}/endsession`);
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
    const { status, text } = await new Browser().visit(`${idp.url}/endsession?${query}`);
    expect([status, text.includes(message)]).toEqual([400, true]);
  });

  it('takes an ID token that has expired', async () => {
    const { body } = await exchange(await code({ scope: 'openid' }));
    at += 3_600_000;
    const query = new URLSearchParams({ id_token_hint: String(body['id_token']) }).toString();
    expect((await new Browser().visit(`${idp.url}/endsession?${query}`)).status).toBe(200);
    const refreshed = await token({
      grant_type: 'refresh_token',
      client_id: 'spa',
      refresh_token: String(body['refresh_token']),
    });
    expect(refreshed.body['error']).toBe('invalid_grant');
  });
});
