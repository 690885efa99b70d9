import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi } from './testing/api.ts';
import type { TestApi } from './testing/api.ts';
import { jsonOf, rawRequest, send, sendRaw } from './testing/raw-http.ts';
import type { RawAnswer } from './testing/raw-http.ts';

const origin = 'https://app.example.com';

describe('every answer', () => {
  let api: TestApi;
  let token: string;

  beforeAll(async () => {
    api = await startTestApi();
    token = await api.token('ada');
  });
  afterAll(() => api[Symbol.asyncDispose]());

  function expectEnvelope(answer: RawAnswer, status: number, error: string, code: string): void {
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(answer.headers.has('x-powered-by')).toBe(false);
    expect(answer.headers.has('etag')).toBe(false);
    const body = jsonOf(answer);
    expect(Object.keys(body)).toEqual(['error', 'error_code', 'message']);
    expect(body).toMatchObject({ error, error_code: code });
    // As the schema `Message` has it.
    expect(body['message']).toMatch(/^[^\0-\x1f<>]{1,200}$/);
  }

  describe('that is an error has the same form', () => {
    it.each([
      ['GET', '/nowhere', 404, 'Not Found', 'not_found'],
      ['GET', '/API/V1/me', 404, 'Not Found', 'not_found'],
      ['GET', '/api/v1/nowhere', 404, 'Not Found', 'not_found'],
      ['GET', '/api/v1/me/', 404, 'Not Found', 'not_found'],
      ['GET', '/api/v1/ada/tasks/1', 404, 'Not Found', 'not_found'],
      ['POST', '/health', 405, 'Method Not Allowed', 'method_not_allowed'],
      ['PUT', '/api/v1/me', 405, 'Method Not Allowed', 'method_not_allowed'],
      ['PROPFIND', '/api/v1/ada/tasks', 405, 'Method Not Allowed', 'method_not_allowed'],
      ['TRACE', '/api/v1/me', 405, 'Method Not Allowed', 'method_not_allowed'],
      ['GET', '/api/v1/%E0%A4%A/tasks', 400, 'Bad Request', 'validation_failed'],
      ['GET', '/api/v1/me#x', 400, 'Bad Request', 'validation_failed'],
      ['POST', '/api/v1/ada/tasks', 400, 'Bad Request', 'validation_failed'],
      ['GET', '/api/v1/bob/tasks', 403, 'Forbidden', 'forbidden'],
    ])('%s %s', async (method, path, status, error, code) => {
      const answer = await send(api.url, method, path, { token, headers: ['Accept: text/html'] });
      expectEnvelope(answer, status, error, code);
      expect(answer.headers.has('allow')).toBe(status === 405);
    });

    it('says which methods a path takes', async () => {
      const allowed = async (path: string): Promise<string | undefined> =>
        (await send(api.url, 'PUT', path, { token })).headers.get('allow');
      expect(await allowed('/api/v1/me')).toBe('GET, HEAD');
      expect(await allowed('/api/v1/ada/tasks')).toBe('GET, HEAD, POST');
      expect(await allowed('/api/v1/ada/tasks/1')).toBe('GET, HEAD, PATCH, DELETE');
    });

    it.each([
      ['an unknown method', 'GETX / HTTP/1.1\r\nHost: a\r\n\r\n', 400, 'Bad Request'],
      ['a lower-case method', 'get / HTTP/1.1\r\nHost: a\r\n\r\n', 400, 'Bad Request'],
      ['no host', 'GET / HTTP/1.1\r\n\r\n', 400, 'Bad Request'],
      ['two hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400, 'Bad Request'],
      [
        'a space before the colon',
        'GET / HTTP/1.1\r\nHost: a\r\nAuthorization : x\r\n\r\n',
        400,
        'Bad Request',
      ],
      [
        'a control character',
        'GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer a\0b\r\n\r\n',
        400,
        'Bad Request',
      ],
      [
        'two lengths',
        'POST /api/v1/me HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET',
        400,
        'Bad Request',
      ],
    ])('to a request with %s, after which the connection ends', async (_case, bytes, status, error) => {
      const answers = await sendRaw(api.url, bytes);
      expect(answers).toHaveLength(1);
      const [answer] = answers as [RawAnswer];
      expectEnvelope(answer, status, error, 'validation_failed');
      expect([answer.status, answer.headers.get('connection')]).toEqual([status, 'close']);
    });

    it.each([33, 64, 256])('to %d KiB of headers', async (size) => {
      const [answer] = await sendRaw(
        api.url,
        rawRequest('GET', '/health', { token: 'a'.repeat(size * 1024) }),
      );
      expectEnvelope(answer as RawAnswer, 431, 'Request Header Fields Too Large', 'validation_failed');
    });

    it('to TRACE, on every path and without a look at the token', async () => {
      for (const path of ['/health', '/api/v1/me', '/nowhere']) {
        const answer = await send(api.url, 'TRACE', path, { headers: ['X-Canary: trace-canary'] });
        expectEnvelope(answer, 405, 'Method Not Allowed', 'method_not_allowed');
        expect(answer.body).not.toContain('canary');
      }
    });

    it('to CONNECT', async () => {
      const [answer] = await sendRaw(api.url, 'CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n');
      expectEnvelope(answer as RawAnswer, 405, 'Method Not Allowed', 'method_not_allowed');
    });

    it('and never takes the place of the answer to another request', async () => {
      const slow = rawRequest('GET', '/api/v1/ada/tasks', { token });
      const answers = await sendRaw(api.url, `${slow}garbage\r\n\r\n`);
      expect(answers.map(({ status }) => status)).not.toContain(400);
    });
  });

  it('to HEAD has the headers of GET and no body', async () => {
    for (const path of ['/health', '/api/v1/me', '/api/v1/ada/tasks', '/api/v1/bob/tasks', '/nowhere']) {
      for (const request of [{ token }, {}]) {
        const [get, head] = [
          await send(api.url, 'GET', path, request),
          await send(api.url, 'HEAD', path, request),
        ];
        expect([head.status, head.body]).toEqual([get.status, '']);
        for (const name of ['content-length', 'content-type', 'www-authenticate']) {
          expect(head.headers.get(name)).toBe(get.headers.get(name));
        }
      }
    }
  });

  it('leaves the connection fit for the next request', async () => {
    const refused = rawRequest('POST', '/api/v1/ada/tasks', { body: 'x'.repeat(100_000) });
    const unknown = rawRequest('DELETE', '/nowhere', { body: '{}' });
    const last = rawRequest('GET', '/health', { headers: ['Connection: close'] });
    const answers = await sendRaw(api.url, refused + unknown + last);
    expect(answers.map(({ status }) => status)).toEqual([401, 404, 200]);
  });

  describe('to a page of an allowed origin', () => {
    const cors = (answer: RawAnswer, name: string): string | undefined =>
      answer.headers.get(`access-control-${name}`);

    it('may be read by it, whatever the status, and the challenge too', async () => {
      const headers = [`Origin: ${origin}`];
      for (const [method, path, request] of [
        ['GET', '/api/v1/me', { token }],
        ['GET', '/api/v1/me', {}],
        ['GET', '/api/v1/bob/tasks', { token }],
        ['GET', '/nowhere', {}],
        ['POST', '/api/v1/ada/tasks', { token, body: '{' }],
      ] as const) {
        const answer = await send(api.url, method, path, { ...request, headers });
        expect(cors(answer, 'allow-origin')).toBe(origin);
        expect(cors(answer, 'allow-credentials')).toBeUndefined();
        expect(cors(answer, 'expose-headers')).toContain('WWW-Authenticate');
        expect(answer.headers.get('vary')).toBe('Origin');
      }
    });

    it('says before the request that it may be sent, without a token', async () => {
      const headers = [
        'Access-Control-Request-Method: PATCH',
        'Access-Control-Request-Headers: authorization',
      ];
      const preflight = await send(api.url, 'OPTIONS', '/api/v1/ada/tasks/1', {
        headers: [...headers, `Origin: ${origin}`],
      });
      expect([preflight.status, preflight.body]).toEqual([204, '']);
      expect(cors(preflight, 'allow-origin')).toBe(origin);
      expect(cors(preflight, 'allow-headers')).toBe('Authorization,Content-Type');
      expect(cors(preflight, 'allow-methods')).toContain('PATCH');
    });

    it.each([
      'https://evil.example',
      'null',
      'http://app.example.com',
      'https://app.example.com.evil.example',
      'https://evil-app.example.com',
      'https://app.example.com:8443',
      'https://APP.example.com',
    ])('is for no other: %s', async (other) => {
      for (const method of ['GET', 'OPTIONS']) {
        const answer = await send(api.url, method, '/api/v1/me', { token, headers: [`Origin: ${other}`] });
        expect(cors(answer, 'allow-origin')).toBeUndefined();
      }
    });
  });

  it('has its line in the log, and no line holds a token, a claim or a query', async () => {
    const token = await api.token('sub-canary', { email: 'email-canary' });
    await send(api.url, 'GET', '/api/v1/sub-canary/tasks?secret=query-canary', { token });
    await send(api.url, 'GET', '/api/v1/path-canary/tasks', { token });
    await send(api.url, 'GET', '/api/v1/me', { token: `${token}x` });
    const lines = api
      .log()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toContainEqual(
      expect.objectContaining({
        id: expect.any(String) as string,
        method: 'GET',
        route: '/api/v1/{user_id}/tasks',
        status: 403,
        ms: expect.any(Number) as number,
        error_code: 'forbidden',
      }),
    );
    for (const part of [...token.split('.'), 'canary', 'Bearer']) expect(api.log()).not.toContain(part);
  });

  it('is counted under labels from closed lists', async () => {
    await send(api.url, 'GET', '/api/v1/me');
    await send(api.url, 'PROPFIND', '/api/v1/metric-canary/tasks', { token });
    await send(api.url, 'GET', '/metric-canary', { token });
    const { body } = await send(api.url, 'GET', '/metrics');
    expect(body).toMatch(/^auth_refusals_total\{error_code="missing_token"\} \d+$/m);
    expect(body).toMatch(/^auth_refusals_total\{error_code="forbidden"\} \d+$/m);
    expect(body).toMatch(/^jwks_lookups_total\{result="hit"\} \d+$/m);
    expect(body).toContain('jwt_verification_duration_seconds_bucket{le="0.000005",cached="true"}');
    const labels = 'method="other",route="/api/v1/{user_id}/tasks",status="403"';
    expect(body).toContain(`http_request_duration_seconds_count{${labels}} 1
`);
    expect(body).not.toContain('canary');
  });
});
