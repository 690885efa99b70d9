import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type MockIdp, startMockIdp } from './index.ts';
import { nearValid } from './testing/near-valid.ts';
import { assertWell, type Sent, sendTo } from './testing/sent.ts';

let idp: MockIdp;
beforeAll(async () => {
  idp = await startMockIdp({ maxIssuers: 50 });
});
afterAll(() => idp.close());
afterEach(() => assertWell(idp));

const send = (
  method: string,
  path: string,
  ...rest: readonly [body?: string, headers?: Record<string, string>]
): Promise<Sent> => sendTo(idp, method, path, ...rest);

const jsonType = { 'content-type': 'application/json' };

describe('the OAuth endpoints under any parameters', () => {
  const ODD = [
    '',
    ' ',
    'é',
    '\u0000',
    '\r\nx: y',
    '%',
    'javascript:alert(1)',
    '//x',
    'https://a.test/é中?x',
    'app:/ünï',
    '.',
    '..',
  ];
  const parameters = (
    samples: readonly Readonly<Record<string, string>>[],
  ): fc.Arbitrary<URLSearchParams> => {
    const names = [...new Set(samples.flatMap((sample) => Object.keys(sample)))];
    const value = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...ODD) },
      fc.string({ unit: 'binary' }),
      fc.webUrl(),
    );
    const change = fc.record({
      kind: fc.constantFrom('set', 'set', 'remove', 'append'),
      name: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...names) }, fc.string()),
      value,
    });
    return fc
      .tuple(fc.constantFrom(...samples), fc.array(change, { maxLength: 2 }))
      .map(([sample, changes]) => {
        const form = new URLSearchParams(sample);
        for (const { kind, name, value } of changes) {
          if (kind === 'remove') form.delete(name);
          else form[kind === 'set' ? 'set' : 'append'](name, value);
        }
        return form;
      });
  };
  const authorization = fc.oneof(
    fc.constantFrom(
      '',
      'Basic',
      'Basic Og==',
      'Basic ////',
      'Bearer a.b.c',
      'Bearer',
      'Basic dTpw',
      'bearer  x',
    ),
    fc.string().map((text) => `Bearer ${encodeURIComponent(text)}`),
  );
  const headersOf = (value: string): Record<string, string> => (value === '' ? {} : { authorization: value });

  /** RFC 6749 §5.2, §5.1. */
  function expectOAuth({ status, type, headers, text }: Sent): void {
    expect(status).toBeLessThan(500);
    expect(headers.get('cache-control')).toBe('no-store');
    if (status < 400) return;
    expect([400, 401]).toContain(status);
    expect(type).toBe('application/json');
    expect(JSON.parse(text)).toEqual({
      error: expect.stringMatching(
        /^(?:invalid_(?:request|client|grant|scope)|unsupported_grant_type)$/u,
      ) as string,
      error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/u) as string,
    });
    expect((JSON.parse(text) as { error: string }).error === 'invalid_client').toBe(status === 401);
  }

  /** RFC 6749 §4.1.2, §4.1.2.1. */
  function expectReturn(answer: Sent): void {
    // 401: the page once more, after a wrong password.
    expect([200, 303, 400, 401]).toContain(answer.status);
    if (answer.status !== 303) {
      expect(answer.type).toBe('text/html; charset=utf-8');
      return;
    }
    const location = new URL(answer.headers.get('location') ?? '');
    expect(location.searchParams.has('code')).toBe(!location.searchParams.has('error'));
    expect(location.searchParams.get('iss')).toBe(idp.issuer('flow').issuer);
    expect(location.searchParams.get('error_description') ?? '').toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/u);
    expect(location.protocol).not.toBe('javascript:');
  }

  const base = {
    client_id: 'spa',
    client_secret: 's',
    scope: 'openid a',
    resource: 'https://api.test',
    state: 's',
  };
  it.each<[string, readonly Readonly<Record<string, string>>[]]>([
    [
      '/token',
      [
        { ...base, grant_type: 'client_credentials' },
        { ...base, grant_type: 'refresh_token', refresh_token: 'a.b' },
        {
          ...base,
          grant_type: 'authorization_code',
          code: 'x',
          redirect_uri: 'https://a.test',
          code_verifier: 'v',
        },
      ],
    ],
    ['/revoke', [{ ...base, token: 'eyJhbGciOiJub25lIn0.e30.', token_type_hint: 'refresh_token' }]],
    ['/introspect', [{ ...base, token: 'eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.e30.AA' }]],
  ])('%s refuses in the words of RFC 6749', async (path, samples) => {
    await fc.assert(
      fc.asyncProperty(parameters(samples), authorization, async (form, credentials) => {
        const type = { 'content-type': 'application/x-www-form-urlencoded', ...headersOf(credentials) };
        expectOAuth(await send('POST', `/flow${path}`, form.toString(), type));
      }),
      { numRuns: 120 },
    );
  });

  it.each(['GET', 'POST'])('/authorize (%s) shows a page or goes back to the client', async (method) => {
    const samples = [
      {
        ...{
          response_type: 'code',
          client_id: 'spa',
          redirect_uri: 'https://a.test/cb',
          scope: 'openid',
          state: 's',
        },
        ...{
          nonce: 'n',
          code_challenge: 'A'.repeat(43),
          code_challenge_method: 'S256',
          prompt: 'none',
          max_age: '0',
        },
        ...{ user: 'user-123', login_hint: 'user@example.com', response_mode: 'query' },
      },
      {
        response_type: 'code',
        client_id: 'spa',
        redirect_uri: 'app:/cb',
        email: 'a',
        password: 'b',
        deny: '1',
      },
    ];
    await fc.assert(
      fc.asyncProperty(parameters(samples), async (query) => {
        const form = { 'content-type': 'application/x-www-form-urlencoded' };
        const text = query.toString();
        const answer =
          method === 'GET'
            ? await send('GET', `/flow/authorize?${text}`)
            : await send('POST', '/flow/authorize', text, form);
        expectReturn(answer);
      }),
      { numRuns: 150 },
    );
  });

  it('/endsession shows a page or goes where it was asked to', async () => {
    const { token } = await idp.issuer('flow').mint({ claims: { sid: 'x' } });
    const samples = [
      {
        id_token_hint: token,
        post_logout_redirect_uri: 'https://a.test/out?x=1',
        state: 's',
        client_id: 'spa',
      },
    ];
    await fc.assert(
      fc.asyncProperty(parameters(samples), async (query) => {
        const answer = await send('GET', `/flow/endsession?${query.toString()}`);
        expect([200, 303, 400]).toContain(answer.status);
        expect(answer.type).toBe(answer.status === 303 ? null : 'text/html; charset=utf-8');
      }),
      { numRuns: 100 },
    );
  });

  it('/userinfo challenges as RFC 6750 has it', async () => {
    await fc.assert(
      fc.asyncProperty(authorization, async (credentials) => {
        const { status, headers } = await send('GET', '/flow/userinfo', undefined, headersOf(credentials));
        expect([status, headers.get('www-authenticate')]).toEqual([
          401,
          expect.stringMatching(
            /^Bearer realm="userinfo"(?:, error="invalid_token", error_description="[^"]+")?$/u,
          ),
        ]);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the paths of Better Auth under any body', () => {
  it.each<[string, string, readonly unknown[]]>([
    [
      'POST',
      '/sign-in/email',
      [{ email: 'user@example.com', password: 'password123', rememberMe: true, callbackURL: '/' }],
    ],
    ['POST', '/refresh', [{ refreshToken: 'a.b' }]],
    ['POST', '/sign-out', [{}]],
    ['GET', '/token', [{}]],
    ['GET', '/get-session', [{}]],
  ])('%s %s answers as its client expects', async (method, path, bodies) => {
    const cookie = fc.oneof(
      fc.constantFrom(
        '',
        'better-auth.session_token',
        'better-auth.session_token=',
        ';;=',
        'better-auth.session_token=__proto__',
      ),
      fc.string().map((text) => `better-auth.session_token=${encodeURIComponent(text)}`),
    );
    await fc.assert(
      fc.asyncProperty(nearValid(bodies), cookie, async (body, cookies) => {
        const headers = { ...jsonType, ...(cookies !== '' && { cookie: cookies }) };
        const text = method === 'GET' ? undefined : JSON.stringify(body);
        const answer = await send(method, `/flow/api/auth${path}`, text, headers);
        expect([200, 400, 401]).toContain(answer.status);
        expect(answer.type).toBe('application/json');
        if (answer.status === 200) return;
        expect(JSON.parse(answer.text)).toEqual({
          code: expect.stringMatching(/^[A-Z_]+$/u) as string,
          message: expect.stringMatching(/./u) as string,
        });
      }),
      { numRuns: 80 },
    );
  });
});
