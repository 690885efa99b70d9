import SwaggerParser from '@apidevtools/swagger-parser';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import type { JsonSchema, Operation, ResponseContract } from './contract.ts';
import { defaultContractPath } from './default-contract-path.ts';
import { loadContract } from './load-contract.ts';

// Strict, so that a misspelt keyword of the document shows; `example` is OpenAPI's own.
const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true, keywords: ['example'] });
formats.default(ajv);

const { operations } = await loadContract(defaultContractPath());
const guarded = operations.filter(({ security }) => security.length > 0);

interface NamedResponse {
  readonly name: string;
  readonly status: number;
  readonly response: ResponseContract;
}

const responses: readonly NamedResponse[] = operations.flatMap((operation) =>
  Object.entries(operation.responses).map(([status, response]) => ({
    name: `${operation.id} ${status}`,
    status: Number(status),
    response,
  })),
);

function accepts(schema: JsonSchema, value: unknown): boolean {
  return ajv.validate(schema, value);
}

function named(id: string): Operation {
  const operation = operations.find((each) => each.id === id);
  if (operation === undefined) throw new Error(`no operation ${id}`);
  return operation;
}

function bodyOf(id: string, status: string): JsonSchema {
  return named(id).responses[status]?.content['application/json']?.schema ?? false;
}

/** The schema of a header that the answer must have. */
function demanded({ headers }: ResponseContract, name: string): JsonSchema {
  const header = headers[name];
  if (header?.required !== true) throw new Error(`${name} is not demanded`);
  return header.schema;
}

describe('the packaged contract', () => {
  // `loadContract` takes it for granted.
  it('is valid by the schema and the rules of OpenAPI', async () => {
    await expect(SwaggerParser.validate(defaultContractPath())).resolves.toHaveProperty('openapi', '3.1.1');
  });

  it('has three open and six protected operations', () => {
    const guard = ({ security }: Operation): string => (security.length > 0 ? 'token' : 'open');
    expect(operations.map((each) => `${guard(each)} ${each.id}: ${each.method} ${each.path}`)).toEqual([
      'open getHealth: GET /health',
      'open getReady: GET /ready',
      'open getMetrics: GET /metrics',
      'token getMe: GET /api/v1/me',
      'token listTasks: GET /api/v1/{user_id}/tasks',
      'token createTask: POST /api/v1/{user_id}/tasks',
      'token getTask: GET /api/v1/{user_id}/tasks/{task_id}',
      'token updateTask: PATCH /api/v1/{user_id}/tasks/{task_id}',
      'token deleteTask: DELETE /api/v1/{user_id}/tasks/{task_id}',
    ]);
  });

  it('declares these answers and no others', () => {
    expect(operations.map(({ id, responses: each }) => `${id}: ${Object.keys(each).join(' ')}`)).toEqual([
      'getHealth: 200',
      'getReady: 200 503',
      'getMetrics: 200',
      'getMe: 200 401 503',
      'listTasks: 200 400 401 403 503',
      'createTask: 201 400 401 403 413 415 503',
      'getTask: 200 401 403 404 503',
      'updateTask: 200 400 401 403 404 413 415 503',
      'deleteTask: 204 401 403 404 503',
    ]);
  });

  it('names the owner of all tasks by the sub claim, and nobody as the owner of /me', () => {
    const owners = guarded.map(({ id, owner }) => `${id}: ${owner?.parameter ?? '-'} ${owner?.claim ?? '-'}`);
    expect(owners).toEqual([
      'getMe: - -',
      ...['listTasks', 'createTask', 'getTask', 'updateTask', 'deleteTask'].map((id) => `${id}: user_id sub`),
    ]);
  });

  it.each(guarded)('answers 401 and 403 on $id as on every other operation', ({ responses: each }) => {
    const { responses: model } = named('listTasks');
    expect(each['401']).toEqual(model['401']);
    expect(each['403'] ?? model['403']).toEqual(model['403']);
  });
});

describe('the headers of the packaged contract', () => {
  it.each(responses.filter(({ status }) => status >= 400))('let no cache keep $name', ({ response }) => {
    const schema = demanded(response, 'cache-control');
    expect(
      ['no-store', 'private, no-store', 'no-store,max-age=0'].filter((value) => !accepts(schema, value)),
    ).toEqual([]);
    expect(
      ['private', 'no-cache', 'public, max-age=60', 'x-no-store'].filter((value) => accepts(schema, value)),
    ).toEqual([]);
  });

  it.each(guarded.map(({ id }) => id))('let no shared cache keep what %s answers', (id) => {
    const [success] = responses.filter(({ name, status }) => name.startsWith(`${id} `) && status < 300);
    const schema = demanded(success?.response as ResponseContract, 'cache-control');
    expect(['no-store', 'private, max-age=60'].filter((value) => !accepts(schema, value))).toEqual([]);
    expect(['public, max-age=60', 'no-cache'].filter((value) => accepts(schema, value))).toEqual([]);
  });

  it.each(responses.filter(({ status }) => status === 401))(
    'challenge on $name, with a parameter',
    ({ response }) => {
      const schema = demanded(response, 'www-authenticate');
      const good = ['Bearer realm="tasks"', 'bearer realm="tasks", error="invalid_token"'];
      const bad = [
        'Bearer',
        'Bearer ',
        'Basic realm="tasks"',
        'DPoP algs="ES256"',
        'Bearertoken realm="tasks"',
      ];
      expect(good.filter((value) => !accepts(schema, value))).toEqual([]);
      expect(bad.filter((value) => accepts(schema, value))).toEqual([]);
    },
  );

  it.each(responses.filter(({ status }) => status === 503))(
    'say when to come back on $name',
    ({ response }) => {
      const schema = demanded(response, 'retry-after');
      expect([accepts(schema, 0), accepts(schema, 30), accepts(schema, -1), accepts(schema, 'soon')]).toEqual(
        [true, true, false, false],
      );
    },
  );
});

describe('the bodies of the packaged contract', () => {
  it.each(responses)('are declared for $name, with an example', ({ name, response }) => {
    const types = Object.entries(response.content).map(([type, { example }]) => [
      type,
      example !== undefined,
    ]);
    const expected = name === 'getMetrics 200' ? 'text/plain' : 'application/json';
    expect(types).toEqual(name === 'deleteTask 204' ? [] : [[expected, true]]);
  });

  it.each([
    ['getMe', '401', 'Unauthorized', ['missing_token', 'invalid_token', 'token_expired']],
    ['getMe', '503', 'Service Unavailable', ['jwks_unavailable']],
    ['listTasks', '403', 'Forbidden', ['forbidden']],
    ['listTasks', '503', 'Service Unavailable', ['jwks_unavailable', 'database_unavailable']],
    ['getTask', '404', 'Not Found', ['not_found']],
    ['createTask', '400', 'Bad Request', ['validation_failed']],
    ['createTask', '413', 'Content Too Large', ['body_too_large']],
    ['createTask', '415', 'Unsupported Media Type', ['unsupported_media_type']],
  ])('of %s %s are "%s" with the codes %j, and nothing else', (id, status, error, codes) => {
    const schema = bodyOf(id, status);
    const all =
      'missing_token invalid_token token_expired forbidden insufficient_scope jwks_unavailable database_unavailable not_found validation_failed body_too_large unsupported_media_type other';
    const good = { error, error_code: codes[0], message: 'Words' };
    expect(
      all
        .split(' ')
        .filter((error_code) => accepts(schema, { ...good, error_code }))
        .sort(),
    ).toEqual([...codes].sort());
    expect(accepts(schema, { ...good, error: 'Error' })).toBe(false);
    for (const member of Object.keys(good)) {
      expect(
        accepts(schema, Object.fromEntries(Object.entries(good).filter(([name]) => name !== member))),
      ).toBe(false);
    }
    expect(accepts(schema, { ...good, message: '' })).toBe(false);
  });

  it('lets email and name of the caller be null, and no other member', () => {
    const user = { user_id: 'u', email: 'u@example.com', name: 'U', exp: 1, iss: 'https://i' };
    const schema = bodyOf('getMe', '200');
    expect(Object.keys(user).filter((member) => accepts(schema, { ...user, [member]: null }))).toEqual([
      'email',
      'name',
    ]);
  });

  it.each(['createTask', 'updateTask'])('of %s may name no owner, no id and nothing unknown', (id) => {
    const schema = named(id).requestBody?.schema ?? false;
    expect(accepts(schema, { title: 'T' })).toBe(true);
    expect(
      ['user_id', 'id', 'owner'].filter((member) => accepts(schema, { title: 'T', [member]: 'u' })),
    ).toEqual([]);
  });

  it('hold no text that PostgreSQL could not store', () => {
    const schema = named('createTask').requestBody?.schema ?? false;
    expect(accepts(schema, { title: 'a\u0000b' })).toBe(false);
    expect(accepts(schema, { title: 'T', description: '\u0000' })).toBe(false);
    expect(accepts(schema, { title: 'a\u0001b \\u0000 u0000' })).toBe(true);
  });
});

/** Every example of the document beside the schema that judges it, wherever it stands. */
function* examplesIn(
  node: unknown,
  place: string,
): Generator<{ place: string; schema: JsonSchema; value: unknown }> {
  if (typeof node !== 'object' || node === null) return;
  const {
    schema,
    example,
    examples = {},
  } = node as {
    schema?: JsonSchema;
    example?: unknown;
    examples?: Readonly<Record<string, { readonly value: unknown }>>;
  };
  if (schema !== undefined) {
    const values = Object.values(examples).map(({ value }) => value);
    for (const value of example === undefined ? values : [example]) yield { place, schema, value };
  }
  for (const [key, value] of Object.entries(node)) yield* examplesIn(value, `${place}.${key}`);
}

describe('the examples of the packaged contract', () => {
  const document = SwaggerParser.dereference(defaultContractPath());

  it('all fit their schemas', async () => {
    const examples = [...examplesIn(await document, '')];
    expect(examples.length).toBeGreaterThan(100);
    expect(examples.filter(({ schema, value }) => !accepts(schema, value)).map(({ place }) => place)).toEqual(
      [],
    );
  });

  it.each(operations)('make $id callable', ({ parameters, requestBody }) => {
    const needed = parameters.filter(({ required }) => required);
    expect(
      needed.filter(({ schema, example }) => example === undefined || !accepts(schema, example)),
    ).toEqual([]);
    expect(
      requestBody === undefined || (requestBody.required && accepts(requestBody.schema, requestBody.example)),
    ).toBe(true);
  });
});
