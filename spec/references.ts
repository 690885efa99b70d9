import { ContractError } from './errors.ts';
import type { ReadDocument } from './read-document.ts';

/** A `$ref` and where it stands. */
export interface Reference {
  /** E.g. `paths./api/v1/me.get.responses.401`. */
  readonly place: string;
  readonly ref: string;
}

/** Every reference of a document that is not dereferenced yet. */
export function* referencesOf(node: unknown, steps: readonly string[] = []): Generator<Reference> {
  if (typeof node !== 'object' || node === null) return;
  if ('$ref' in node && typeof node.$ref === 'string') yield { place: steps.join('.'), ref: node.$ref };
  for (const [key, value] of Object.entries(node)) yield* referencesOf(value, [...steps, key]);
}

/**
 * A reference may lead to where the document itself is: from a file to files, from a URL to the same origin. A
 * contract in a repository so never depends on a server elsewhere, and one from a server never reads this machine.
 */
export function isNear(target: URL, base: URL): boolean {
  return target.protocol === base.protocol && target.host === base.host;
}

/** @throws ContractError `unresolved_reference` for a reference to another place than the document's own. */
export function refuseFarReferences(document: ReadDocument): void {
  for (const { place, ref } of referencesOf(document.content)) {
    const target = URL.parse(ref, document.base.href);
    if (target === null || !isNear(target, document.base)) {
      const near = document.base.protocol === 'file:' ? 'files' : `documents of ${document.base.origin}`;
      throw new ContractError(
        'unresolved_reference',
        `${document.source}: ${place}.$ref: "${ref}" is not followed; a reference leads to ${near} only. ` +
          'Put a copy beside the document and refer to that.',
      );
    }
  }
}

const assertions = new Set(
  (
    'type enum const properties required additionalProperties patternProperties unevaluatedProperties propertyNames ' +
    'minProperties maxProperties dependentRequired dependentSchemas items prefixItems contains unevaluatedItems ' +
    'minItems maxItems uniqueItems minLength maxLength pattern format minimum maximum exclusiveMinimum ' +
    'exclusiveMaximum multipleOf allOf anyOf oneOf not if'
  ).split(' '),
);

/** What stands beside a reference to anything but a schema is ignored (OpenAPI 3.1 §4.8.23). */
const notToSchema = /#\/components\/(?!schemas\/)/;

/**
 * Both a `$ref` and the keywords beside it hold (JSON Schema 2020-12 §8.2.3.1), but dereferencing lets the keywords
 * replace those of the target. Here the reference moves into an `allOf` of its own.
 */
export function keepKeywordsBesideReferences(node: unknown): unknown {
  if (typeof node !== 'object' || node === null) return node;
  if (Array.isArray(node)) return node.map(keepKeywordsBesideReferences);
  const kept = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, keepKeywordsBesideReferences(value)]),
  );
  const { $ref, allOf, ...beside } = kept;
  if (typeof $ref !== 'string' || notToSchema.test($ref)) return kept;
  if (!Object.keys(kept).some((key) => assertions.has(key))) return kept;
  return { ...beside, allOf: [{ $ref }, ...(Array.isArray(allOf) ? (allOf as unknown[]) : [])] };
}
