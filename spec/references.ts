import { ContractError } from './errors.ts';
import { stepsOf } from './place.ts';
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
  if (isReference(node)) yield { place: steps.join('.'), ref: node.$ref };
  for (const [key, value] of Object.entries(node)) yield* referencesOf(value, [...steps, key]);
}

/**
 * A reference may lead to where the document itself is: from a file to files, from a URL to the same origin. A
 * contract in a repository so never depends on a server elsewhere, and one from a server never reads this machine.
 */
export function isNear(target: URL, base: URL): boolean {
  return target.protocol === base.protocol && target.host === base.host;
}

/** @throws ContractError `unresolved_reference` */
export function refuseFarReferences(references: readonly Reference[], { source, base }: ReadDocument): void {
  const near = base.protocol === 'file:' ? 'files' : `documents of ${base.origin}`;
  for (const { place, ref } of references) {
    const target = URL.parse(ref, base.href);
    if (target !== null && isNear(target, base)) continue;
    throw new ContractError(
      'unresolved_reference',
      `${source}: ${place}.$ref: "${ref}" is not followed; a reference leads to ${near} only. ` +
        'Put a copy beside the document and refer to that.',
    );
  }
}

/**
 * What a reference within the document leads to, through other references where there are any; `undefined` where it
 * leads nowhere.
 *
 * @param ref a JSON pointer as a URL fragment (RFC 6901 §6)
 */
export function lookUp(document: object, ref: string, hops = 0): unknown {
  // More hops than this are a circle.
  if (!ref.startsWith('#/') || hops > 100) return undefined;
  let node: unknown = document;
  for (const step of stepsOf(ref)) {
    if (isReference(node)) node = lookUp(document, node.$ref, hops + 1);
    node =
      typeof node === 'object' && node !== null && Object.hasOwn(node, step)
        ? Reflect.get(node, step)
        : undefined;
  }
  return isReference(node) && Object.keys(node).length === 1 ? lookUp(document, node.$ref, hops + 1) : node;
}

function isReference(node: unknown): node is { readonly $ref: string } {
  return typeof node === 'object' && node !== null && '$ref' in node && typeof node.$ref === 'string';
}
