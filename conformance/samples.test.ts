import { beforeAll, expect, test } from 'vitest';
import { startMockIdp } from '../mock-idp/index.ts';
import { type Contract, defaultContractPath, loadContract, type Operation } from '../spec/index.ts';
import { exampleOf } from './example.ts';
import { NotTestable } from './finding.ts';
import { createLab } from './lab.ts';
import type { Exchange, RequestSpec, Target } from './model.ts';
import { resourceParameter, sampleOperations, withParameters } from './samples.ts';
import { DEFAULT_SETTINGS, DEFAULT_USERS } from './settings.ts';

let contract: Contract;
beforeAll(async () => {
  contract = await loadContract(defaultContractPath());
});

const operation = (method: Operation['method'], path: string, rest: Partial<Operation> = {}): Operation => ({
  id: `${method} ${path}`,
  ...{ method, path, security: [{ scheme: 'bearer', scopes: [] }], parameters: [], responses: { 200: ok } },
  ...rest,
});
const ok = { description: 'ok', content: {}, headers: {} };
const of = (...operations: readonly Operation[]): Contract => ({ ...contract, operations });

test('takes the read without path parameters as primary, and finds what names an owner', () => {
  const samples = sampleOperations(contract);
  const names = [samples.primary, samples.ownedRead, samples.ownedCreate].map(
    (sample) => sample?.operation.id,
  );
  expect(names).toEqual(['getMe', 'listTasks', 'createTask']);
  expect(samples.all.map((sample) => [sample.operation.id, sample.success])).toEqual([
    ['getMe', 200],
    ['listTasks', 200],
    ['createTask', 201],
    ['getTask', 200],
    ['updateTask', 200],
    ['deleteTask', 204],
  ]);
});

test('falls back to an owned read, then to any read, then to anything', () => {
  const owned = operation('GET', '/u/{id}', {
    owner: { parameter: 'id', claim: 'sub' },
    parameters: [inPath('id')],
  });
  const other = operation('GET', '/x/{id}', { parameters: [inPath('id')] });
  const write = operation('POST', '/x');
  expect(sampleOperations(of(write, other, owned)).primary.operation).toBe(owned);
  expect(sampleOperations(of(write, other)).primary.operation).toBe(other);
  expect(sampleOperations(of(write)).primary.operation).toBe(write);
  expect(() => sampleOperations(of(operation('GET', '/x', { security: [] })))).toThrow(
    'no operation under a bearer',
  );
});

const inPath = (name: string, example?: string) => ({
  ...{ name, in: 'path' as const, required: true, schema: { type: 'string' } },
  ...(example !== undefined && { example }),
});

test('names the parameter of what a create operation makes, and fills it in everywhere', () => {
  const samples = sampleOperations(contract);
  expect(resourceParameter(samples)).toBe('task_id');
  const filled = withParameters(samples, { task_id: 'new' });
  expect(filled.all.map(({ parameters }) => parameters['task_id'])).toEqual([
    ...[undefined, undefined, undefined],
    ...['new', 'new', 'new'],
  ]);
});

function labThat(answer: Exchange['response']) {
  const sent: RequestSpec[] = [];
  const target: Target = {
    url: 'http://127.0.0.1:1/base/',
    send: (request) => {
      sent.push(request);
      return Promise.resolve({ request: { ...request, body: '' }, response: answer, durationMs: 1 });
    },
    sendRaw: () => Promise.resolve([]),
  };
  return { sent, target };
}

test('fills in owner, path, query, body and token, and declares the token a secret', async () => {
  await using idp = await startMockIdp();
  const { sent, target } = labThat({ status: 201, headers: [['Location', '/tasks/t%201?x']], body: '{}' });
  const shared = { target, idp: idp.issuer(), cacheTtl: undefined, cooldown: undefined };
  const lab = createLab({
    ...{ bench: shared, attacker: idp.issuer('attacker'), contract, startBench: undefined },
    ...{
      database: undefined,
      settings: DEFAULT_SETTINGS,
      users: DEFAULT_USERS,
      operations: sampleOperations(contract),
    },
  });
  const create = lab.operations.ownedCreate;
  if (create === undefined) throw new Error('the contract has a create operation');
  const other = { sub: 'a/b ü', claims: {} };
  expect(lab.request(create, { as: other, token: 't', label: 'mine' })).toEqual({
    method: 'POST',
    path: '/base/api/v1/a%2Fb%20%C3%BC/tasks',
    headers: [
      ['Accept', 'application/json'],
      ['Authorization', 'Bearer t'],
      ['Content-Type', 'application/json'],
    ],
    body: JSON.stringify(create.body),
    secrets: [{ value: 't', label: 'mine' }],
  });
  expect(lab.request(lab.operations.primary, {}).headers).toEqual([['Accept', 'application/json']]);

  expect(await lab.resource(lab.users.owner)).toEqual({ task_id: 't%201' });
  expect(sent).toHaveLength(1);
  await expect(lab.bench()).rejects.toBeInstanceOf(NotTestable);
});

test.each<[unknown, unknown]>([
  [{ example: 'a', type: 'string' }, 'a'],
  [{ const: 1 }, 1],
  [{ enum: ['x', 'y'] }, 'x'],
  [{ type: ['string', 'null'], minLength: 9 }, 'examplexx'],
  [{ type: 'integer', minimum: 5 }, 5],
  [{ type: 'object', required: ['a'], properties: { a: { type: 'boolean' }, b: {} } }, { a: true }],
  [
    { allOf: [{ type: 'object', required: ['a'], properties: { a: { default: 2 } } }, { required: [] }] },
    { a: 2 },
  ],
  [{ oneOf: [{ type: 'array' }, { type: 'string' }] }, []],
  [{ type: 'string', format: 'date' }, '2030-01-01'],
])('makes an example that fits %j', (schema, example) => {
  expect(exampleOf(schema as Parameters<typeof exampleOf>[0])).toEqual(example);
});
