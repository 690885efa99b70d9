import type { JsonSchema } from './contract.ts';
import type { SchemaObject } from './document.ts';

/** A `writeOnly` property is not required in a response, nor a `readOnly` one in a request (OpenAPI 3.0 §4.7.24.2). */
export type Direction = 'request' | 'response';

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
export function mapParts(
  schema: SchemaObject,
  convert: (part: SchemaObject | boolean) => JsonSchema,
): SchemaObject {
  const part = (value: unknown): unknown => (isSchema(value) ? convert(value) : value);
  return mapValues(schema, (value, keyword) => {
    if (single.has(keyword)) return part(value);
    if (listed.has(keyword) && Array.isArray(value)) return value.map(part);
    if (named.has(keyword) && isSchema(value) && typeof value === 'object') return mapValues(value, part);
    return value;
  });
}

/** Whether a schema, with all its references written out, has more subschemas than `limit`; a recursive one always has. */
export function hasMorePartsThan(
  limit: number,
  schema: SchemaObject,
  targetOf: (ref: string) => SchemaObject | boolean,
): boolean {
  const rest: (SchemaObject | boolean)[] = [schema];
  let count = 0;
  for (let part = rest.pop(); part !== undefined && count <= limit; part = rest.pop()) {
    count += 1;
    if (typeof part === 'boolean') continue;
    if (typeof part['$ref'] === 'string') rest.push(targetOf(part['$ref']));
    mapParts(part, (each) => {
      rest.push(each);
      return each;
    });
  }
  return count > limit;
}

function mapValues(object: SchemaObject, map: (value: unknown, key: string) => unknown): SchemaObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value, key)]));
}

export function isSchema(value: unknown): value is SchemaObject | boolean {
  return typeof value === 'boolean' || (typeof value === 'object' && value !== null && !Array.isArray(value));
}

/** Both a `$ref` and the keywords beside it hold (JSON Schema 2020-12 §8.2.3.1). */
export function joinReference(target: JsonSchema, beside: SchemaObject): JsonSchema {
  const keywords = Object.keys(beside);
  if (keywords.length === 0) return target;
  if (typeof target === 'object' && keywords.every((each) => annotations.has(each)))
    return { ...target, ...beside };
  const { allOf = [] } = beside as { allOf?: readonly JsonSchema[] };
  return { ...beside, allOf: [target, ...allOf] };
}

/** Keywords that say something about a value and demand nothing of it. */
const annotations = new Set([
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
]);

/** What OpenAPI says in words of its own, in those of JSON Schema 2020-12; its parts stay as they are. */
export function modernise(schema: SchemaObject): SchemaObject {
  const modern: Record<string, unknown> = { ...schema };
  for (const keyword of superseded) Reflect.deleteProperty(modern, keyword);
  if (schema['example'] !== undefined) modern['examples'] = [schema['example']];
  // In OpenAPI 3.0 they are flags of `minimum` and `maximum`.
  for (const [bound, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    if (typeof schema[exclusive] !== 'boolean') continue;
    if (schema[exclusive] && schema[bound] !== undefined) modern[exclusive] = schema[bound];
    else Reflect.deleteProperty(modern, exclusive);
  }
  return modern;
}

/** Besides OpenAPI's own words, identifiers and definitions: references are resolved, so all they could do is clash. */
const superseded = new Set([
  'nullable',
  'example',
  '$id',
  '$schema',
  '$anchor',
  '$dynamicAnchor',
  '$defs',
  'definitions',
]);

/** `nullable: true` of OpenAPI 3.0, also beside keywords that would refuse `null`: that is how it is used. */
export function orNull(schema: JsonSchema): JsonSchema {
  if (typeof schema === 'boolean' || typeof schema['type'] !== 'string')
    return { anyOf: [schema, { type: 'null' }] };
  if (Object.keys(schema).some((keyword) => listed.has(keyword)))
    return { anyOf: [schema, { type: 'null' }] };
  const { enum: choices } = schema;
  return {
    ...schema,
    type: [schema['type'], 'null'],
    ...(Array.isArray(choices) && { enum: [...(choices as unknown[]), null] }),
  };
}

/** The schema without the demand for properties that only the other direction sees. */
export function requireVisible(schema: SchemaObject, direction: Direction): SchemaObject {
  const { required, properties } = schema;
  if (!Array.isArray(required)) return schema;
  const mark = direction === 'request' ? 'readOnly' : 'writeOnly';
  const hidden = Object.entries(properties ?? {})
    .filter(
      ([, property]) =>
        typeof property === 'object' && property !== null && Reflect.get(property, mark) === true,
    )
    .map(([name]) => name);
  return { ...schema, required: (required as unknown[]).filter((name) => !hidden.includes(String(name))) };
}
