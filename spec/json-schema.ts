import { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonSchema } from './contract.ts';
import type { SchemaObject } from './document.ts';
import { ContractError } from './errors.ts';
import { explainValidation } from './place.ts';

/**
 * Turns a schema of a dereferenced document into JSON Schema 2020-12 that stands on its own: a recursive schema
 * refers to a definition (`$defs`) instead of containing itself.
 *
 * @param place where the schema stands in the document
 * @throws ContractError `invalid_document`, `unresolved_reference`
 */
export type SchemaConverter = (schema: SchemaObject | boolean | undefined, place: string) => JsonSchema;

/** A `writeOnly` property is not required in a response, nor a `readOnly` one in a request (OpenAPI 3.0 §4.7.24.2). */
export type Direction = 'request' | 'response';

/** @param source what messages call the document */
export function createSchemaConverter(source: string, direction: Direction): SchemaConverter {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  const $defs: Record<string, JsonSchema> = {};
  const names = new Map<SchemaObject, string>();
  const unfinished = new Set<SchemaObject>();
  const finished = new Map<SchemaObject, JsonSchema>();
  const recursive = new Set<JsonSchema>();

  const refer = (name: string): JsonSchema => {
    const reference = { $ref: `#/$defs/${name}` };
    recursive.add(reference);
    return reference;
  };
  const convert = (schema: SchemaObject | boolean, place: string): JsonSchema => {
    if (typeof schema === 'boolean') return schema;
    if (typeof schema['$ref'] === 'string') throw dangling(schema['$ref'], source, place);
    if (unfinished.has(schema)) {
      const name = names.get(schema) ?? `schema${names.size + 1}`;
      names.set(schema, name);
      return refer(name);
    }
    const known = finished.get(schema);
    if (known !== undefined) return known;

    unfinished.add(schema);
    const parts: JsonSchema[] = [];
    const converted = mapParts(modernise(schema, direction), (part) => {
      const result = convert(part, place);
      parts.push(result);
      return result;
    });
    if (parts.some((part) => recursive.has(part))) recursive.add(converted);
    unfinished.delete(schema);

    const name = names.get(schema);
    if (name !== undefined) $defs[name] = converted;
    const result = name === undefined ? converted : refer(name);
    finished.set(schema, result);
    return result;
  };

  return (schema, place) => {
    const converted = convert(schema ?? true, place);
    const standalone = recursive.has(converted) ? { ...(converted as SchemaObject), $defs } : converted;
    if (ajv.validateSchema(standalone) !== true) {
      throw new ContractError(
        'invalid_document',
        `${source}: ${place}: ${explainValidation(ajv.errors ?? [])}`,
      );
    }
    return standalone;
  };
}

function dangling(ref: string, source: string, place: string): ContractError {
  const advice = 'use a JSON pointer such as "#/components/schemas/Task"';
  return new ContractError(
    'unresolved_reference',
    `${source}: ${place}: "${ref}" is not followed; ${advice}`,
  );
}

const single = new Set([
  'additionalProperties',
  'contains',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
]);
const listed = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const named = new Set(['dependentSchemas', 'patternProperties', 'properties']);

/** The schema with `convert` applied to every schema directly in it (JSON Schema 2020-12 §10, §11). */
function mapParts(schema: SchemaObject, convert: (part: SchemaObject | boolean) => JsonSchema): SchemaObject {
  const part = (value: unknown): unknown => (isSchema(value) ? convert(value) : value);
  return mapValues(schema, (value, keyword) => {
    if (single.has(keyword)) return part(value);
    if (listed.has(keyword) && Array.isArray(value)) return value.map(part);
    if (named.has(keyword) && isSchema(value) && typeof value === 'object') return mapValues(value, part);
    return value;
  });
}

function mapValues(object: SchemaObject, map: (value: unknown, key: string) => unknown): SchemaObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value, key)]));
}

function isSchema(value: unknown): value is SchemaObject | boolean {
  return typeof value === 'boolean' || (typeof value === 'object' && value !== null && !Array.isArray(value));
}

/** What OpenAPI says in words of its own, in those of JSON Schema 2020-12. */
function modernise(schema: SchemaObject, direction: Direction): SchemaObject {
  const modern: Record<string, unknown> = { ...schema };
  for (const keyword of superseded) Reflect.deleteProperty(modern, keyword);
  if (schema['example'] !== undefined) modern['examples'] = [schema['example']];
  if (Array.isArray(schema['required'])) {
    modern['required'] = schema['required'].filter((name) => !isHidden(schema, String(name), direction));
  }
  // In OpenAPI 3.0 they are flags of `minimum` and `maximum`.
  for (const [bound, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    if (typeof schema[exclusive] !== 'boolean') continue;
    Reflect.deleteProperty(modern, exclusive);
    if (!schema[exclusive] || schema[bound] === undefined) continue;
    Reflect.deleteProperty(modern, bound);
    modern[exclusive] = schema[bound];
  }
  return schema['nullable'] === true ? { anyOf: [modern, { type: 'null' }] } : modern;
}

/** Besides OpenAPI's own words, identifiers and definitions: everything is dereferenced, so all they could do is clash. */
const superseded = [
  'nullable',
  'example',
  '$id',
  '$schema',
  '$anchor',
  '$dynamicAnchor',
  '$defs',
  'definitions',
];

function isHidden(schema: SchemaObject, name: string, direction: Direction): boolean {
  const property = (schema['properties'] as Readonly<Record<string, unknown>> | undefined)?.[name];
  const mark = direction === 'request' ? 'readOnly' : 'writeOnly';
  return (
    typeof property === 'object' &&
    property !== null &&
    mark in property &&
    Reflect.get(property, mark) === true
  );
}
