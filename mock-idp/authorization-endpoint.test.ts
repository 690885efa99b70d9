import fc from 'fast-check';
import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { startMockIdp } from './index.ts';
import { Browser, type Page } from './testing/browser.ts';
import { GOOD, VERIFIER, useFlows } from './testing/flows.ts';

const flows = useFlows();
const { authorizeUrl, clock, code } = flows;

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
      iss: flows.idp.url,
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
    const page = await browser.visit(`${flows.idp.url}/authorize`, { ...GOOD, state: 'kept' });
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
    clock.at += 61_000;
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
