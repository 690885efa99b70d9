import { randomBytes } from 'node:crypto';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultContractPath, loadContract } from '../../spec/index.ts';
import type { Contract } from '../../spec/index.ts';
import { startTestApi } from './testing/api.ts';
import type { TestApi } from './testing/api.ts';
import { jsonOf, rawRequest, send, sendRaw } from './testing/raw-http.ts';
import type { RawAnswer, RawRequest } from './testing/raw-http.ts';

describe('the operations', () => {
  let api: TestApi;
  let contract: Contract;
  let token: string;
  const tasks = '/api/v1/ada/tasks';

  beforeAll(async () => {
    contract = await loadContract(defaultContractPath());
    api = await startTestApi();
    token = await api.token('ada');
  });
  afterAll(() => api[Symbol.asyncDispose]());

  /** Sends a request and holds the answer against what the contract says of that operation. */
  async function call(id: string, path: string, request: RawRequest = { token }): Promise<RawAnswer> {
    const operation = contract.operations.find((candidate) => candidate.id === id);
    if (operation === undefined) throw new Error(`The contract has no operation ${id}`);
    const answer = await send(api.url, operation.method, path, request);
    const declared = operation.responses[String(answer.status)];
    expect(declared, `status ${answer.status} of ${id}: ${answer.body}`).toBeDefined();
    for (const [name, { required, schema }] of Object.entries(declared?.headers ?? {})) {
      const value = answer.headers.get(name);
      if (required || value !== undefined) expect(faults(schema, value, { coerceTypes: true })).toEqual([]);
    }
    const media = declared?.content['application/json'];
    if (media !== undefined) expect(faults(media.schema, jsonOf(answer))).toEqual([]);
    return answer;
  }

  function faults(schema: unknown, value: unknown, options = {}): unknown[] {
    const ajv = new Ajv2020({ strict: false, ...options });
    addFormats.default(ajv);
    const check = ajv.compile(schema as object);
    return check(value) ? [] : (check.errors ?? []);
  }

  async function create(title: string): Promise<Record<string, unknown>> {
    return jsonOf(await call('createTask', tasks, { token, body: { title } }));
  }

  it('say that the API is alive, ready and counting, to everybody', async () => {
    expect(jsonOf(await call('getHealth', '/health', {}))).toEqual({ status: 'ok' });
    expect(jsonOf(await call('getReady', '/ready', {}))).toEqual({
      status: 'ready',
      checks: { jwks: 'ok', database: 'ok' },
    });
    const metrics = await call('getMetrics', '/metrics', {});
    expect(metrics.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    expect(metrics.body).toMatch(/^jwks_fetches_total\{issuer="[^"]+",cause="warm",outcome="ok"\} 1$/m);
  });

  it('say how long a token took where the settings ask for it, and not otherwise', async () => {
    expect((await call('getMe', '/api/v1/me')).headers.has('server-timing')).toBe(false);
    await using timed = await startTestApi({ env: { SERVER_TIMING: 'on' } });
    const { headers } = await send(timed.url, 'GET', '/api/v1/me', { token: await timed.token('ada') });
    expect(headers.get('server-timing')).toMatch(/^jwt;dur=\d+\.\d{3}$/);
    expect((await send(timed.url, 'GET', '/api/v1/me', { token: 'a.b' })).headers.has('server-timing')).toBe(
      false,
    );
  });

  it('repeat who the caller is, from the token alone', async () => {
    const claims = { email: 'ada@example.com', name: 'Ada', exp: 4_000_000_000.5 };
    const me = await call('getMe', '/api/v1/me?user_id=bob', { token: await api.token('ada', claims) });
    expect(jsonOf(me)).toEqual({ user_id: 'ada', ...claims, iss: api.idp.issuer });
  });

  it.each([
    ['absent', { email: null, name: null }],
    ['of another type', { email: ['a@example.com'], name: { first: 'Ada' } }],
  ])('say null for an e-mail address and a name that are %s', async (_case, claims) => {
    const me = await call('getMe', '/api/v1/me', { token: await api.token('ada', claims) });
    expect(jsonOf(me)).toMatchObject({ email: null, name: null });
  });

  it.each([1e13, Number.MAX_SAFE_INTEGER, 1e308])('take an exp of %d as it stands', async (exp) => {
    const me = await call('getMe', '/api/v1/me', { token: await api.token('ada', { exp }) });
    expect([me.status, jsonOf(me)['exp']]).toEqual([200, exp]);
  });

  it('store, show, change and delete a task', async () => {
    const created = await call('createTask', tasks, { token, body: { title: 'one' } });
    const task = jsonOf(created);
    expect(created.status).toBe(201);
    const path = `${tasks}/${String(task['id'])}`;
    expect(created.headers.get('location')).toBe(path);
    expect(task).toMatchObject({ user_id: 'ada', title: 'one', description: null, completed: false });
    expect(jsonOf(await call('getTask', path))).toEqual(task);
    const change = { title: 'two', description: 'zwei', completed: true };
    const changed = jsonOf(await call('updateTask', path, { token, body: change }));
    expect(changed).toMatchObject({ ...change, id: task['id'], created_at: task['created_at'] });
    expect(jsonOf(await call('getTask', path))).toEqual(changed);
    expect((await call('deleteTask', path)).status).toBe(204);
    expect((await call('deleteTask', path)).status).toBe(404);
    expect((await call('getTask', path)).status).toBe(404);
  });

  it('list tasks page by page, newest first', async () => {
    const titles = ['1', '2', '3', '4', '5'];
    for (const title of titles) await create(title);
    const seen: unknown[] = [];
    for (let query = '?limit=2'; ;) {
      const page = jsonOf(await call('listTasks', `${tasks}${query}`));
      seen.push(...(page['items'] as { title: string }[]).map(({ title }) => title));
      if (page['next_cursor'] === null) break;
      query = `?limit=2&cursor=${page['next_cursor'] as string}`;
    }
    expect(seen).toEqual(titles.toReversed());
  });

  it.each([
    ['limit=0', 'limit: must be at least 1'],
    ['limit=101', 'limit: must be at most 100'],
    ['limit=ten', 'limit: must be integer'],
    ['limit=1&limit=2', 'limit: must be integer'],
    ['cursor=', 'cursor: must have at least 1 character'],
    ['cursor=%00', 'cursor: holds a character that is not allowed'],
    ['cursor=abc', 'cursor: must be the next_cursor of another page'],
  ])('refuse the query %s', async (query, message) => {
    const answer = await call('listTasks', `${tasks}?${query}`);
    expect([answer.status, jsonOf(answer)['message']]).toEqual([400, message]);
  });

  it.each([
    ['nothing', '', 'body: must not be missing'],
    ['half an object', '{', 'The body is not valid JSON'],
    ['a text', '"text"', 'body: must be object'],
    ['an array', '[]', 'body: must be object'],
    [
      'deep nesting',
      `{"title":"t","x":${'['.repeat(9999)}${']'.repeat(9999)}}`,
      'body: must hold no member that is not documented',
    ],
    ['no title', {}, 'title: must not be missing'],
    ['an empty title', { title: '' }, 'title: must have at least 1 character'],
    ['a long title', { title: 'x'.repeat(201) }, 'title: must have at most 200 characters'],
    ['a number for a title', { title: 1 }, 'title: must be string'],
    ['U+0000', { title: 'a\0b' }, 'title: holds a character that is not allowed'],
    ['half a character', '{"title":"\\ud800"}', 'title: must be well-formed Unicode'],
    ['a text for a truth value', { title: 't', completed: 'yes' }, 'completed: must be boolean'],
    ['another owner', { title: 't', user_id: 'bob' }, 'body: must hold no member that is not documented'],
    [
      'a prototype',
      '{"title":"t","__proto__":{"completed":true}}',
      'body: must hold no member that is not documented',
    ],
  ])('refuse a body with %s and say why, without repeating it', async (_case, body, message) => {
    const answer = await call('createTask', tasks, { token, body });
    expect([answer.status, jsonOf(answer)['error_code'], jsonOf(answer)['message']]).toEqual([
      400,
      'validation_failed',
      message,
    ]);
  });

  it('refuse a change of nothing, and look at the body before they look for the task', async () => {
    const nowhere = `${tasks}/0197b6a2-7c1e-7d43-9a55-3f0c2f6d8e11`;
    expect((await call('updateTask', nowhere, { token, body: {} })).status).toBe(400);
    expect((await call('updateTask', nowhere, { token, body: { completed: true } })).status).toBe(404);
    expect((await call('updateTask', `${tasks}/1`, { token, body: { completed: true } })).status).toBe(404);
  });

  it.each([
    ['no media type', 'Content-Type:'],
    ['a form', 'Content-Type: application/x-www-form-urlencoded'],
    ['text', 'Content-Type: text/plain'],
    ['a coding', 'Content-Encoding: gzip'],
    ['another character set', 'Content-Type: application/json; charset=latin1'],
  ])('take no body with %s', async (_case, header) => {
    const answer = await call('createTask', tasks, { token, headers: [header], body: '{"title":"t"}' });
    expect([answer.status, jsonOf(answer)['error_code']]).toEqual([415, 'unsupported_media_type']);
  });

  it('take no body that is not UTF-8', async () => {
    const body = '{"title":"\xff"}';
    const headers = ['Connection: close', `Content-Length: ${body.length}`];
    const [answer] = await sendRaw(
      api.url,
      Buffer.from(rawRequest('POST', tasks, { token, headers, body }), 'latin1'),
    );
    expect(answer?.status).toBe(415);
  });

  it('take a body of 64 KiB and no byte more, declared or not', async () => {
    const limit = 64 * 1024;
    const exact = `{"title":"t"${' '.repeat(limit - 13)}}`;
    expect((await call('createTask', tasks, { token, body: exact })).status).toBe(201);
    expect((await call('createTask', tasks, { token, body: `${exact} ` })).status).toBe(413);
    const chunked = `${(limit + 1).toString(16)}\r\n${exact} \r\n0\r\n\r\n`;
    const undeclared = { token, headers: ['Transfer-Encoding: chunked'], body: chunked };
    expect((await call('createTask', tasks, undeclared)).status).toBe(413);
  });

  it.each([
    ['holds U+0000', () => 'a\0b', 400],
    ['is longer than an index entry', () => randomBytes(3000).toString('base64url'), 200],
  ])('refuse, and do not fail, where a signed sub %s', async (_case, make, status) => {
    const sub = make();
    const path = `/api/v1/${encodeURIComponent(sub)}/tasks`;
    const owner = { token: await api.token(sub) };
    expect((await call('listTasks', path, owner)).status).toBe(status);
    expect((await call('createTask', path, { ...owner, body: { title: 't' } })).status).toBe(400);
  });
});
