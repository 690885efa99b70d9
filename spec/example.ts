import type { JsonSchema } from './contract.ts';
import type { MediaType } from './document.ts';

/**
 * The example that a document gives for a value: beside its schema, or in it. Nothing is made up.
 *
 * @param schema as converted
 */
export function exampleOf(media: Pick<MediaType, 'example' | 'examples'>, schema: JsonSchema): unknown {
  if (media.example !== undefined) return media.example;
  const given = Object.values(media.examples ?? {}).find(({ value }) => value !== undefined);
  return given === undefined ? schemaExample(schema) : given.value;
}

/** The schema's own example, default or only value; of an object, one put together from those of its properties. */
function schemaExample(schema: JsonSchema): unknown {
  if (typeof schema === 'boolean') return undefined;
  const { examples, default: preset, const: only, enum: choices, anyOf, oneOf } = schema;
  const own = first(examples) ?? preset ?? only ?? first(choices);
  if (own !== undefined) return own;
  for (const alternatives of [anyOf, oneOf]) {
    const found = listOf(alternatives)
      .map(schemaExample)
      .find((example) => example !== undefined);
    if (found !== undefined) return found;
  }
  return objectExample(schema);
}

function objectExample(schema: Exclude<JsonSchema, boolean>): unknown {
  const inherited = listOf(schema['allOf'])
    .map(schemaExample)
    .filter(isObject)
    .flatMap((each) => Object.entries(each));
  const properties = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>)
    .filter(([, property]) => typeof property === 'boolean' || property['readOnly'] !== true)
    .map(([name, property]) => [name, schemaExample(property)] as const)
    .filter(([, example]) => example !== undefined);
  const example = Object.fromEntries([...inherited, ...properties]);
  const required = (schema['required'] ?? []) as readonly string[];
  const complete = required.every((name) => name in example) && Object.keys(example).length > 0;
  return complete ? example : undefined;
}

function first(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined;
}

function listOf(schemas: unknown): readonly JsonSchema[] {
  return Array.isArray(schemas) ? (schemas as JsonSchema[]) : [];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
