import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { JsonSchema } from './contract.ts';
import type { SchemaObject } from './document.ts';
import { createSchemaConverter } from './json-schema.ts';
import { loadContract } from './load-contract.ts';

type Schemas = Readonly<Record<string, object>>;

/** Converts a schema of a document with these components. */
function convert(
  schema: unknown,
  schemas: Schemas = {},
  direction: 'request' | 'response' = 'response',
): JsonSchema {
  const document = { openapi: '3.0.3', info: { title: 'T', version: '1' }, components: { schemas } };
  return createSchemaConverter(document, 'api.yaml', direction)(schema as SchemaObject, 'the.place');
}

function accepted(schema: JsonSchema, values: readonly unknown[]): readonly unknown[] {
  const validate = new Ajv2020({ strict: false }).compile(schema);
  return values.filter((value) => validate(value));
}

const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });

describe('the words of OpenAPI 3.0', () => {
  it.each([
    [{ type: 'string', nullable: true }, ['a', null]],
    [{ type: 'string', nullable: false }, ['a']],
    [{ type: 'string', nullable: true, enum: ['a', 'b'] }, ['a', null]],
    [{ type: 'string', nullable: true, allOf: [{ minLength: 1 }] }, ['a', null]],
    [{ nullable: true, allOf: [{ type: 'string' }] }, ['a', null]],
    [{ nullable: true, oneOf: [{ type: 'string' }, { type: 'integer' }] }, ['a', null, 1]],
  ])('%j mean null where they say nullable', (schema, expected) => {
    expect(accepted(convert(schema), ['a', null, 1])).toEqual(expected);
  });

  it('mean null beside a reference, too', () => {
    const schema = { type: 'object', properties: { a: { ...ref('Name'), nullable: true } } };
    expect(
      accepted(convert(schema, { Name: { type: 'string' } }), [{ a: null }, { a: 'x' }, { a: 1 }]),
    ).toEqual([{ a: null }, { a: 'x' }]);
  });

  it.each([
    [{ minimum: 1, exclusiveMinimum: true, maximum: 3, exclusiveMaximum: true }, [2]],
    [{ minimum: 1, exclusiveMinimum: false, maximum: 3, exclusiveMaximum: false }, [1, 2, 3]],
    [{ minimum: 1, maximum: 3 }, [1, 2, 3]],
    [{ exclusiveMinimum: 1, exclusiveMaximum: 3 }, [2]],
    [{ exclusiveMinimum: true }, [0, 1, 2, 3, 4]],
  ])('%j bound a number', (schema, expected) => {
    expect(accepted(convert(schema), [0, 1, 2, 3, 4])).toEqual(expected);
  });

  it('leave nothing behind that JSON Schema does not know', () => {
    const words = { nullable: false, exclusiveMinimum: true, maximum: 1, exclusiveMaximum: false };
    expect(convert({ type: 'number', ...words })).toStrictEqual({ type: 'number', maximum: 1 });
  });

  it('keep the example', () => {
    expect(convert({ type: 'string', example: 'Ada' })).toEqual({ type: 'string', examples: ['Ada'] });
  });

  it('are words only where a schema stands, not where a property is named like them', () => {
    const properties = {
      nullable: { type: 'boolean' },
      example: { type: 'string' },
      items: { type: 'integer' },
    };
    expect(convert({ type: 'object', properties })).toEqual({ type: 'object', properties });
  });
});

describe('a property of one direction', () => {
  const schema = {
    type: 'object',
    required: ['id', 'secret', 'name'],
    properties: { id: ref('Id'), secret: { type: 'string', writeOnly: true }, name: { type: 'string' } },
  };
  const schemas = { Id: { type: 'integer', readOnly: true } };

  it.each([
    ['request', ['secret', 'name']],
    ['response', ['id', 'name']],
  ] as const)('is not required in the other: %s', (direction, required) => {
    expect(convert(schema, schemas, direction)).toMatchObject({ required });
  });
});

describe('a reference', () => {
  it('gives way to what it leads to', () => {
    const schemas = {
      Page: { type: 'array', items: ref('Task') },
      Task: { type: 'object', properties: { title: ref('Title') } },
      Title: { type: 'string' },
    };
    expect(convert(ref('Page'), schemas)).toEqual({
      type: 'array',
      items: { type: 'object', properties: { title: { type: 'string' } } },
    });
  });

  it('holds together with the keywords beside it', () => {
    const schemas = { Named: { type: 'object', required: ['name'] } };
    const schema = convert({ ...ref('Named'), required: ['id'] }, schemas);
    expect(accepted(schema, [{ name: 1 }, { id: 1 }, { name: 1, id: 1 }])).toEqual([{ name: 1, id: 1 }]);
  });

  it('is described by the words beside it', () => {
    const schemas = { Id: { type: 'integer', description: 'An id.' } };
    expect(convert({ ...ref('Id'), description: 'The id of the owner.' }, schemas)).toEqual({
      type: 'integer',
      description: 'The id of the owner.',
    });
  });

  it('may go through other references, and with escaped names', () => {
    const schemas = {
      'a/b~c d': { properties: { x: ref('Alias') } },
      Alias: ref('Name'),
      Name: { type: 'string' },
    };
    expect(convert({ $ref: '#/components/schemas/a~1b~0c%20d/properties/x' }, schemas)).toEqual({
      type: 'string',
    });
    expect(
      convert(
        { $ref: '#/components/schemas/Hop/properties/x' },
        { ...schemas, Hop: { $ref: '#/components/schemas/a~1b~0c%20d' } },
      ),
    ).toEqual({ type: 'string' });
  });

  it('leaves no identifier behind that could clash', () => {
    const schemas = {
      Id: {
        $id: 'https://example.com/id',
        $schema: 'http://json-schema.org/draft-07/schema#',
        type: 'string',
      },
    };
    const draft = 'http://json-schema.org/draft-07/schema#';
    const properties = { a: ref('Id'), b: ref('Id') };
    const schema = convert({ $schema: draft, type: 'object', properties }, schemas);
    expect(accepted(schema, [{ a: 'x', b: 'y' }, { a: 1 }])).toEqual([{ a: 'x', b: 'y' }]);
  });
});

describe('a schema without end', () => {
  const recursive = fileURLToPath(new URL('fixtures/recursive.yaml', import.meta.url));

  it.each([
    [
      'GET /comments',
      { text: 'a', replies: [{ text: 'b', quoted: { text: 'c' } }] },
      { text: 'a', replies: [{ text: 'b', quoted: {} }] },
    ],
    [
      'GET /people',
      [{ name: 'a', employer: { title: 'b', staff: [{ name: 'c' }] } }],
      [{ name: 'a', employer: { title: 'b', staff: [{}] } }],
    ],
  ])('judges at every depth: %s', async (id, good, bad) => {
    const { operations } = await loadContract(recursive);
    const schema =
      operations.find((each) => each.id === id)?.responses['200']?.content['application/json']?.schema ??
      false;
    expect(accepted(schema, [good, bad])).toEqual([good]);
  });

  it('shows its own members at once', () => {
    const schemas = {
      Tree: {
        type: 'object',
        properties: { name: { type: 'string' }, trees: { type: 'array', items: ref('Tree') } },
      },
    };
    expect(convert(ref('Tree'), schemas)).toMatchObject({
      type: 'object',
      properties: { name: { type: 'string' } },
    });
  });

  it('is bounded also where it merely doubles with every step', () => {
    const steps = Array.from(
      { length: 64 },
      (_, index) =>
        [
          `S${index}`,
          {
            type: 'object',
            required: ['a'],
            properties: { a: ref(`S${index + 1}`), b: ref(`S${index + 1}`) },
          },
        ] as const,
    );
    const schema = convert(ref('S0'), { ...Object.fromEntries(steps), S64: { type: 'string' } });
    const nested = steps.reduce<unknown>((inner) => ({ a: inner }), 'end');
    expect(accepted(schema, [nested, { a: nested }, { a: 1 }])).toEqual([nested]);
  });
});
