import type { JsonSchema } from '../spec/index.ts';

/** A value that fits a schema, by its own example where it has one. For bodies and parameters without an example. */
export function exampleOf(schema: JsonSchema, depth = 0): unknown {
  if (typeof schema === 'boolean' || depth > 8) return null;
  if (schema['const'] !== undefined) return schema['const'];
  for (const given of [
    schema['example'],
    first(schema['examples']),
    schema['default'],
    first(schema['enum']),
  ]) {
    if (given !== undefined) return given;
  }
  const alternative = first(schema['oneOf']) ?? first(schema['anyOf']);
  if (alternative !== undefined) return exampleOf(alternative as JsonSchema, depth + 1);
  if (Array.isArray(schema['allOf'])) {
    const parts = (schema['allOf'] as readonly JsonSchema[]).map((part) => exampleOf(part, depth + 1));
    return Object.assign({}, ...parts) as unknown;
  }
  return byType(schema, depth);
}

function byType(schema: Exclude<JsonSchema, boolean>, depth: number): unknown {
  const type: unknown = Array.isArray(schema['type']) ? schema['type'][0] : schema['type'];
  switch (type) {
    case 'integer':
    case 'number':
      return schema['minimum'] ?? 1;
    case 'boolean':
      return true;
    case 'array':
      return [];
    case 'string':
      return STRINGS[String(schema['format'])] ?? 'example'.padEnd(Number(schema['minLength'] ?? 0), 'x');
    default:
      return object(schema, depth);
  }
}

/** Only the required members: an optional one is one more thing the backend could object to. */
function object(schema: Exclude<JsonSchema, boolean>, depth: number): Readonly<Record<string, unknown>> {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;
  const required = (schema['required'] ?? []) as readonly string[];
  return Object.fromEntries(
    required.map((name) => [name, exampleOf(properties[name] ?? {}, depth + 1)] as const),
  );
}

const STRINGS: Readonly<Record<string, string>> = {
  uuid: '00000000-0000-4000-8000-000000000000',
  date: '2030-01-01',
  'date-time': '2030-01-01T00:00:00Z',
  email: 'user@example.com',
  uri: 'https://example.com/',
};

function first(list: unknown): unknown {
  return Array.isArray(list) ? (list as readonly unknown[])[0] : undefined;
}
