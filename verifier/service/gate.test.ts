import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi } from './testing/api.ts';
import type { TestApi } from './testing/api.ts';
import { jsonOf, rawRequest, send, sendRaw } from './testing/raw-http.ts';
import type { RawAnswer } from './testing/raw-http.ts';

const me = '/api/v1/me';

describe('the gate', () => {
  let api: TestApi;
  let ada: string;
  let bob: string;
  let taskOfBob: string;

  beforeAll(async () => {
    api = await startTestApi();
    ada = await api.token('ada');
    bob = await api.token('bob');
    const created = await send(api.url, 'POST', '/api/v1/bob/tasks', {
      token: bob,
      body: { title: 'canary' },
    });
    taskOfBob = `/api/v1/bob/tasks/${jsonOf(created)['id'] as string}`;
  });
  afterAll(() => api[Symbol.asyncDispose]());

  const listOfBob = async (): Promise<string> =>
    (await send(api.url, 'GET', '/api/v1/bob/tasks', { token: bob })).body;

  function expectRefusal(answer: RawAnswer, status: number, code: string): void {
    expect([answer.status, jsonOf(answer)['error_code']]).toEqual([status, code]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.has('set-cookie')).toBe(false);
    expect(answer.body).not.toContain('canary');
  }

  describe('authentication', () => {
    it.each([
      ['no header', []],
      ['an empty value', ['Authorization:']],
      ['a scheme alone', ['Authorization: Bearer ']],
      ['another scheme', ['Authorization: Basic dTpw']],
      ['the token under another scheme', ['Authorization: Token %']],
      ['no scheme', ['Authorization: %']],
      ['a cookie', ['Cookie: access_token=%; token=%; jwt=%']],
      ['headers of gateways', ['X-Authorization: Bearer %', 'X-Forwarded-User: ada', 'X-User-Id: ada']],
    ])('says that a token is missing where there is %s', async (_case, headers) => {
      const answer = await send(api.url, 'GET', `${me}?access_token=${ada}`, {
        headers: headers.map((line) => line.replaceAll('%', ada)),
      });
      expectRefusal(answer, 401, 'missing_token');
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="tasks"');
    });

    it.each([
      ['two tokens', ['Authorization: Bearer %', 'Authorization: Bearer %']],
      ['a token and a word', ['Authorization: Bearer % x']],
      ['a list', ['Authorization: Bearer %, Bearer %']],
      ['a quoted token', ['Authorization: Bearer "%"']],
      ['a placeholder', ['Authorization: Bearer undefined']],
      ['raw UTF-8', ['Authorization: Bearer ü%']],
    ])('says that a token is invalid where there is %s', async (_case, headers) => {
      const answer = await send(api.url, 'GET', me, {
        headers: headers.map((line) => line.replaceAll('%', ada)),
      });
      expectRefusal(answer, 401, 'invalid_token');
      expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
      expect(answer.body).not.toContain(ada.slice(0, 20));
    });

    it('tells an expired token from a bad one', async () => {
      const expired = await api.token('ada', { exp: '-1h' });
      expectRefusal(await send(api.url, 'GET', me, { token: expired }), 401, 'token_expired');
      expectRefusal(await send(api.url, 'GET', me, { token: `${ada}A` }), 401, 'invalid_token');
    });

    it('takes any case of the scheme and of the name of the header', async () => {
      const answer = await send(api.url, 'GET', me, { headers: [`aUTHORIZATION: bEARER ${ada}`] });
      expect([answer.status, jsonOf(answer)['user_id']]).toEqual([200, 'ada']);
    });

    it('takes a token of 8 KB', async () => {
      const groups = Array.from({ length: 250 }, (_, index) => `a-group-with-number-${index}`);
      const token = await api.token('ada', { groups });
      expect(token.length).toBeGreaterThan(8000);
      expect((await send(api.url, 'GET', me, { token })).status).toBe(200);
    });

    it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('comes before everything else of a %s', async (method) => {
      const before = await listOfBob();
      for (const path of ['/api/v1/bob/tasks', taskOfBob, me, '/api/v1/nowhere']) {
        const headers = ['Accept: application/x-nothing', 'Content-Type: text/plain'];
        expectRefusal(await send(api.url, method, path, { headers, body: '{' }), 401, 'missing_token');
        const token = `${ada}A`;
        expectRefusal(await send(api.url, method, path, { headers, body: '{', token }), 401, 'invalid_token');
      }
      expect(await listOfBob()).toBe(before);
    });

    it('does not ask for a body it will not read', async () => {
      const headers = ['Expect: 100-continue', 'Content-Length: 1000000'];
      const statuses = async (token?: string): Promise<number[]> => {
        const request = rawRequest('POST', '/api/v1/ada/tasks', { token, headers, body: '' });
        return (await sendRaw(api.url, request)).map(({ status }) => status);
      };
      expect(await statuses()).toEqual([401]);
      expect(await statuses(bob)).toEqual([403]);
      expect(await statuses(ada)).toEqual([413]);
    });

    it('asks for the body it reads', async () => {
      const headers = ['Connection: close', 'Expect: 100-continue'];
      const request = rawRequest('POST', '/api/v1/ada/tasks', {
        token: ada,
        headers,
        body: { title: 'awaited' },
      });
      const answers = await sendRaw(api.url, request);
      expect(answers.map(({ status }) => status)).toEqual([100, 201]);
    });

    it('is done anew for every request of a connection, pipelined or not', async () => {
      const requests = [
        rawRequest('GET', me, { token: ada }),
        rawRequest('GET', me),
        rawRequest('GET', me, { token: bob }),
      ];
      const last = rawRequest('POST', '/api/v1/bob/tasks', {
        token: ada,
        headers: ['Connection: close'],
        body: '{}',
      });
      const answers = await sendRaw(api.url, [...requests, last].join(''));
      expect(answers.map(({ status }) => status)).toEqual([200, 401, 200, 403]);
      expect(answers.map((answer) => jsonOf(answer)['user_id'])).toEqual([
        'ada',
        undefined,
        'bob',
        undefined,
      ]);
    });
  });

  describe('ownership', () => {
    it('is checked before the body, the query, the conditions and the range', async () => {
      const before = await listOfBob();
      for (const [method, path] of [
        ['GET', '/api/v1/bob/tasks?limit=no'],
        ['POST', '/api/v1/bob/tasks'],
        ['GET', taskOfBob],
        ['PATCH', taskOfBob],
        ['DELETE', taskOfBob],
        ['PUT', taskOfBob],
        ['GET', '/api/v1/nobody/tasks'],
      ] as const) {
        const headers = ['If-None-Match: *', 'Range: bytes=0-10', 'Content-Type: text/plain'];
        const answer = await send(api.url, method, path, { token: ada, headers, body: '{' });
        expectRefusal(answer, 403, 'forbidden');
        expect(answer.headers.has('www-authenticate')).toBe(false);
      }
      expect(await listOfBob()).toBe(before);
    });

    it('of a task is checked too: one of another owner is not found under the own path', async () => {
      const path = taskOfBob.replace('/bob/', '/ada/');
      for (const [method, body] of [['GET'], ['PATCH', { completed: true }], ['DELETE']] as const) {
        expectRefusal(await send(api.url, method, path, { token: ada, body }), 404, 'not_found');
      }
      expect((await send(api.url, 'GET', taskOfBob, { token: bob })).status).toBe(200);
    });

    it('is never a matter of the query, the body or other headers', async () => {
      const headers = [
        'X-User-Id: bob',
        'X-Original-URL: /api/v1/bob/tasks',
        'X-HTTP-Method-Override: DELETE',
      ];
      const list = await send(api.url, 'GET', '/api/v1/ada/tasks?user_id=bob&userId[]=bob', {
        token: ada,
        headers,
      });
      expect(list.status).toBe(200);
      expect(list.body).not.toContain('canary');
      const body = { title: 'x', user_id: 'bob' };
      expect((await send(api.url, 'POST', '/api/v1/ada/tasks', { token: ada, headers, body })).status).toBe(
        400,
      );
    });

    // Each must lead to the caller's own data or nowhere.
    it.each([
      'BOB',
      'bob%20',
      '%20bob',
      'bob%00',
      'bob%0a',
      'bob%250a',
      'bo',
      'bobb',
      'b%',
      '*',
      '%25',
      'null',
      'me',
      'ada,bob',
      'ada%2Cbob',
      'ada&bob',
      "bob'%20OR%20'1'='1",
      'ada/../bob',
      'ada/%2e%2e/bob',
      'ada%2f..%2fbob',
      'ada/..%2fbob',
      './bob',
      '/bob',
      'bob/.',
      'bob;x=1',
      '%2562ob',
      '%c0%ae',
      '%ef%bd%82ob',
      'bob%2f',
      'bob%5c',
      'ada\\..\\bob',
      'bob#',
      'bob?x=',
      '%E2%80%8Bbob',
      '%62%6f%62',
    ])('holds under /api/v1/%s/tasks', async (spelling) => {
      const path = `/api/v1/${spelling}/tasks`;
      const answer = await send(api.url, 'GET', path, { token: ada });
      expect([400, 403, 404]).toContain(answer.status);
      expectRefusal(answer, answer.status, jsonOf(answer)['error_code'] as string);
      expect([400, 401, 404]).toContain((await send(api.url, 'GET', path)).status);
    });

    it.each([
      '//api/v1/bob/tasks',
      '/api//v1/bob/tasks',
      '/api/./v1/bob/tasks',
      '/api/v1/bob/tasks/',
      '/api/v1/bob/tasks/.',
      '/api/v1/bob/tasks.json',
      '/API/v1/bob/tasks',
      '/api;/v1/bob/tasks',
      '/api/v1\\bob\\tasks',
      '/api/v1%2Fbob%2Ftasks',
      'http://elsewhere.example/api/v1/bob/tasks',
      '/api/v1/bob/tasks?a#b',
    ])('holds under %s', async (path) => {
      const answer = await send(api.url, 'GET', path, { token: ada });
      expect([400, 403, 404]).toContain(answer.status);
      expect(answer.body).not.toContain('canary');
      expect([400, 401, 404]).toContain((await send(api.url, 'GET', path)).status);
    });

    it('compares an id after exactly one percent-decoding', async () => {
      for (const [sub, spelling] of [
        ['ada', '%61da'],
        ['a/b', 'a%2Fb'],
        ['a%2Fb', 'a%252Fb'],
        ['ü', '%C3%BC'],
        ['.', '.'],
      ]) {
        const token = await api.token(sub ?? '');
        const created = await send(api.url, 'POST', `/api/v1/${spelling}/tasks`, {
          token,
          body: { title: 't' },
        });
        expect([created.status, jsonOf(created)['user_id']]).toEqual([201, sub]);
        const location = created.headers.get('location') ?? '';
        expect((await send(api.url, 'GET', location, { token })).status).toBe(200);
      }
    });
  });
});
