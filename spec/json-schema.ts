import { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonSchema } from './contract.ts';
import type { OpenApiDocument, SchemaObject } from './document.ts';
import { ContractError } from './errors.ts';
import { explainValidation } from './explain-validation.ts';
import { lookUp } from './references.ts';
import {
  hasMorePartsThan,
  isSchema,
  joinReference,
  mapParts,
  modernise,
  orNull,
  requireVisible,
} from './schema-keywords.ts';
import type { Direction } from './schema-keywords.ts';

/**
 * Turns a schema of the document into JSON Schema 2020-12 that stands on its own. References are replaced by what they
 * lead to, but for those to a schema that would become very large in this way, or has no end because it contains
 * itself: such a schema goes into `$defs`.
 *
 * @param place where the schema stands in the document
 * @throws ContractError `invalid_document`, `unresolved_reference`
 */
export type SchemaConverter = (schema: SchemaObject | boolean | undefined, place: string) => JsonSchema;

/** A schema as converted, and the schemas that it refers to under `$defs`. */
interface Piece {
  readonly schema: JsonSchema;
  readonly needs: ReadonlySet<SchemaObject>;
}

/** A schema with more subschemas than this is not written out at every place that refers to it. */
const largest = 500;

/** @param source what messages call the document */
export function createSchemaConverter(
  document: OpenApiDocument,
  source: string,
  direction: Direction,
): SchemaConverter {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  const pieces = new Map<SchemaObject, Piece>();
  const names = new Map<SchemaObject, string>();
  const large = new Map<SchemaObject, boolean>();

  const nameOf = (schema: SchemaObject): string => remember(names, schema, () => `schema${names.size + 1}`);

  const pieceOf = (whole: SchemaObject, place: string): Piece =>
    remember(pieces, whole, () => {
      const needs = new Set<SchemaObject>();
      const targetOf = (ref: string): SchemaObject | boolean =>
        findTarget(document, ref, `${source}: ${place}`);
      const refer = (ref: string): JsonSchema => {
        const target = targetOf(ref);
        if (typeof target === 'boolean') return target;
        if (!remember(large, target, () => hasMorePartsThan(largest, target, targetOf)))
          return convert(target);
        needs.add(target);
        return { $ref: `#/$defs/${nameOf(target)}` };
      };
      const convert = (schema: SchemaObject | boolean): JsonSchema => {
        if (typeof schema === 'boolean') return schema;
        const { $ref, nullable, ...beside } = schema;
        const own = requireVisible(mapParts(modernise(beside), convert), direction);
        const joined = typeof $ref === 'string' ? joinReference(refer($ref), own) : own;
        return nullable === true ? orNull(joined) : joined;
      };
      const schema = convert(whole);
      if (ajv.validateSchema(schema) === true) return { schema, needs };
      const problem = explainValidation(ajv.errors ?? []);
      throw new ContractError('invalid_document', `${source}: ${place}: ${problem}`);
    });

  return (schema = true, place) => {
    const isReference = typeof schema === 'object' && Object.keys(schema).join() === '$ref';
    const whole = isReference ? findTarget(document, String(schema['$ref']), `${source}: ${place}`) : schema;
    if (typeof whole === 'boolean') return whole;
    const piece = pieceOf(whole, place);
    // A set visits what is added to it while it is gone through.
    const reachable = new Set(piece.needs);
    for (const each of reachable) for (const need of pieceOf(each, place).needs) reachable.add(need);
    if (reachable.size === 0) return piece.schema;
    const $defs = Object.fromEntries(
      [...reachable].map((each) => [nameOf(each), pieceOf(each, place).schema]),
    );
    return { ...(piece.schema as SchemaObject), $defs };
  };
}

function findTarget(document: OpenApiDocument, ref: string, place: string): SchemaObject | boolean {
  const target = lookUp(document, ref);
  if (isSchema(target)) return target;
  const problem = `"${ref}" leads to no schema; define its target or correct the reference`;
  throw new ContractError('unresolved_reference', `${place}: ${problem}`);
}

function remember<Key, Value>(known: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}
