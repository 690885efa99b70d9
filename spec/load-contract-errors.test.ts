import { describe, expect, it } from 'vitest';
import { faultOf, faultOfDocument } from './testing/fault.ts';
import { createScratch, smallContract } from './testing/scratch.ts';

const ok = { 200: { description: 'Fine' } };
const get = (operation: object): Record<string, unknown> => ({
  paths: { '/me': { get: { responses: ok, ...operation } } },
});
const answer = (schema: unknown): Record<string, unknown> =>
  get({ responses: { 200: { description: 'Fine', content: { 'application/json': { schema } } } } });

describe('a document that cannot be read', () => {
  it('is named, with what to do', async () => {
    expect(await faultOf('no/such/file.yaml')).toEqual({
      code: 'unreadable',
      message: 'no/such/file.yaml: there is no such file; name an OpenAPI document in YAML or JSON',
    });
    await using scratch = await createScratch();
    expect((await faultOf(scratch.folder)).message).toContain('is a folder, not a file');
  });

  it.each([
    ['a: [', /^api\.yaml: is neither YAML nor JSON: .*at line 1/],
    ['{"a": 1,,}', /^api\.yaml: is neither YAML nor JSON: .*at line 1/],
    ['a: 1\na: 2\n', /^api\.yaml: is neither YAML nor JSON: Map keys must be unique at line 2/],
  ])('is told from one that is not YAML: %j', async (text, message) => {
    expect(await faultOfDocument(text)).toEqual({
      code: 'not_a_document',
      message: expect.stringMatching(message) as string,
    });
  });

  it.each(['', 'just words', '- a\n- list\n', '<!doctype html><title>Docs</title>', '42'])(
    'is no OpenAPI document: %j',
    async (text) => {
      expect(await faultOfDocument(text)).toMatchObject({ code: 'not_a_document' });
    },
  );
});

describe('a document of another format', () => {
  it.each([
    [
      { swagger: '2.0', info: {}, paths: {} },
      'api.yaml: swagger: is Swagger "2.0"; convert the document to OpenAPI 3.0 or 3.1 first',
    ],
    [
      smallContract({ openapi: '3.2.0' }),
      'api.yaml: openapi: is "3.2.0"; must be a string such as "3.0.3" or "3.1.1"',
    ],
    [
      smallContract({ openapi: 3.1 }),
      'api.yaml: openapi: is 3.1; must be a string such as "3.0.3" or "3.1.1"',
    ],
    [{ asyncapi: '3.0.0' }, 'api.yaml: openapi: is missing; must be a string such as "3.0.3" or "3.1.1"'],
  ])('is refused by name', async (document, message) => {
    expect(await faultOfDocument(document)).toEqual({ code: 'unsupported_version', message });
  });
});

describe('an invalid document', () => {
  it.each([
    ['no paths', { paths: undefined }, 'paths: is missing; the operations of an API stand there'],
    [
      'a response without a description',
      get({ responses: { 200: {} } }),
      'paths./me.get.responses.200: lacks the member "description"',
    ],
    [
      'a misspelt member',
      get({ respones: {} }),
      'paths./me.get: has the member "respones", which OpenAPI does not know there',
    ],
    [
      'a number as the version of the API',
      { info: { title: 'T', version: 1 } },
      'API version number must be a string (e.g. "1.0.0") not a number.',
    ],
    ['no title', { info: { version: '1' } }, 'info: lacks the member "title"'],
    [
      'a schema of no type',
      answer({ type: 'strin' }),
      'paths./me.get.responses.200.content.application/json.schema: type: must be one of array, boolean, integer, null, number, object, string',
    ],
    [
      'properties left empty',
      answer({ type: 'object', required: ['a'], properties: null }),
      'paths./me.get.responses.200.content.application/json.schema: properties: must be object',
    ],
    [
      'a placeholder without a parameter',
      { paths: { '/users/{id}': { get: { responses: ok } } } },
      'paths./users/{id}.get.parameters: {id} of the path is not declared; add a parameter with "in: path" and "name: id"',
    ],
    [
      'a scheme that is not defined',
      { security: [{ nope: [] }] },
      'security: "nope" is not defined in components.securitySchemes; define it there or correct the name',
    ],
    [
      'a scheme of an operation that is not defined',
      get({ security: [{ nope: [] }] }),
      'paths./me.get.security: "nope" is not defined in components.securitySchemes; define it there or correct the name',
    ],
    [
      'two operations of one id',
      {
        paths: {
          '/a': { get: { operationId: 'x', responses: ok } },
          '/b': { put: { operationId: 'x', responses: ok } },
        },
      },
      'paths./b.put.operationId: "x" is also that of GET /a; give each operation an id of its own',
    ],
  ])('is refused with the place: %s', async (_, changes, message) => {
    expect(await faultOfDocument(smallContract(changes))).toEqual({
      code: 'invalid_document',
      message: `api.yaml: ${message}`,
    });
  });

  it.each([
    [
      'a response without a description',
      get({ responses: { 200: {} } }),
      'paths./me.get.responses.200: lacks the member "description"',
    ],
    [
      'a schema of no type',
      answer({ type: 'strin' }),
      'paths./me.get.responses.200.content.application/json.schema.type: must be one of array, boolean, integer, number, object, string',
    ],
    [
      'a scheme of http that does not say which',
      { components: { securitySchemes: { bearer: { type: 'http' } } } },
      'components.securitySchemes.bearer: lacks the member "scheme"',
    ],
    [
      'a scheme of no type',
      { components: { securitySchemes: { bearer: { type: 'jwt' } } } },
      'components.securitySchemes.bearer.type: must be one of apiKey, http, oauth2, openIdConnect',
    ],
    [
      'a path parameter that is not required',
      get({ parameters: [{ name: 'a', in: 'path', schema: {} }] }),
      'paths./me.get.parameters.0: lacks the member "required"',
    ],
    [
      'one mistake above another',
      get({
        parameters: [{ name: 'a', in: 'query', style: 'bad', schema: {} }],
        responses: { 200: { content: { 'application/json': { schema: { type: 'strin' } } } } },
      }),
      'paths./me.get.responses.200.content.application/json.schema.type: must be one of array, boolean, integer, number, object, string',
    ],
    ['no answers', { paths: { '/me': { get: {} } } }, 'paths./me.get: lacks the member "responses"'],
  ])('of version 3.0 is refused with the place, too: %s', async (_, changes, message) => {
    expect(await faultOfDocument(smallContract({ openapi: '3.0.3', ...changes }))).toEqual({
      code: 'invalid_document',
      message: `api.yaml: ${message}`,
    });
  });

  const owner = (parameter: object): Record<string, unknown> => ({
    paths: {
      '/users/{id}': {
        get: {
          parameters: [
            { name: 'id', in: 'path', required: true, schema: {} },
            { schema: {}, ...parameter },
          ],
          responses: ok,
        },
      },
    },
  });
  it.each([
    [
      owner({ name: 'as', in: 'query', 'x-owner-claim': 'sub' }),
      'as.x-owner-claim: belongs on a path parameter',
    ],
    [
      owner({ name: 'id', in: 'path', required: true, 'x-owner-claim': true }),
      'id.x-owner-claim: must be the name of a claim, e.g. "sub"',
    ],
  ])('is one whose owner is not a claim beside a path parameter', async (changes, message) => {
    expect(await faultOfDocument(smallContract(changes))).toEqual({
      code: 'invalid_document',
      message: `api.yaml: paths./users/{id}.get.parameters.${message}`,
    });
  });
});

describe('a reference that leads nowhere', () => {
  it.each([
    [
      '#/components/responses/Gone',
      'paths./me.get.responses.200.$ref: "#/components/responses/Gone" leads nowhere; define its target or correct the reference',
    ],
    [
      'gone.yaml#/a',
      "paths./me.get.responses.200.$ref: Error opening file gone.yaml: ENOENT: no such file or directory, open 'gone.yaml'",
    ],
    [
      'https://example.com/a.yaml',
      'paths./me.get.responses.200.$ref: "https://example.com/a.yaml" is not followed; a reference leads to files only. Put a copy beside the document and refer to that.',
    ],
  ])('is refused with its place: %s', async ($ref, message) => {
    expect(await faultOfDocument(smallContract(get({ responses: { 200: { $ref } } })))).toEqual({
      code: 'unresolved_reference',
      message: `api.yaml: ${message}`,
    });
  });

  it.each(['#/components/schemas/Gone', '#anchor', '#/openapi'])(
    'is refused in a schema: %s',
    async ($ref) => {
      expect(await faultOfDocument(smallContract(answer({ $ref })))).toEqual({
        code: 'unresolved_reference',
        message: `api.yaml: paths./me.get.responses.200.content.application/json.schema: "${$ref}" leads to no schema; define its target or correct the reference`,
      });
    },
  );

  it('is refused in another file, by the name of that file', async () => {
    const document = smallContract(get({ responses: { $ref: 'parts.yaml#/answers' } }));
    const parts = { answers: { 200: { $ref: '#/gone' } } };
    expect(await faultOfDocument(document, { 'parts.yaml': parts })).toEqual({
      code: 'unresolved_reference',
      message:
        'api.yaml: paths./me.get.responses.200.$ref: "#/gone" leads nowhere in parts.yaml; define its target or correct the reference',
    });
  });

  it('is one that goes in a circle', async () => {
    const components = {
      ...(smallContract()['components'] as object),
      schemas: { A: { $ref: '#/components/schemas/B' }, B: { $ref: '#/components/schemas/A' } },
    };
    const document = smallContract({ components, ...answer({ $ref: '#/components/schemas/A' }) });
    expect(await faultOfDocument(document)).toMatchObject({ code: 'unresolved_reference' });
  });
});

describe('a document without a protected operation', () => {
  it.each([
    ['nothing is protected', { security: undefined }],
    ['the operation is opened', get({ security: [] })],
    ['the token is optional', get({ security: [{ bearer: [] }, {}] })],
    [
      'it is protected by Basic',
      { components: { securitySchemes: { bearer: { type: 'http', scheme: 'basic' } } } },
    ],
    ['there are no operations', { paths: {} }],
  ])('is refused, and told what a protected operation is: %s', async (_, changes) => {
    const { code, message } = await faultOfDocument(smallContract(changes));
    expect(code).toBe('no_protected_operation');
    expect(message).toMatch(
      /^api\.yaml: paths: no operation is protected.*"type: http, scheme: bearer".*openIdConnect.*oauth2/,
    );
  });
});
