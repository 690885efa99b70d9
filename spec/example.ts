import type { JsonSchema } from './contract.ts';
import type { MediaType } from './document.ts';

/**
 * The example that a document gives for a value, beside its schema or in it; `undefined` where it gives none.
 *
 * @param schema as converted
 */
export function exampleOf(media: Pick<MediaType, 'example' | 'examples'>, schema: JsonSchema): unknown {
  if (media.example !== undefined) return media.example;
  const given = Object.values(media.examples ?? {}).find(({ value }) => value !== undefined);
  if (given !== undefined) return given.value;
  if (typeof schema === 'boolean') return undefined;
  return first(schema['examples']) ?? schema['default'] ?? schema['const'] ?? first(schema['enum']);
}

function first(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined;
}
