import type { ErrorObject } from 'ajv';

/** The steps of a JSON pointer (RFC 6901 §3), or of its form as a URL fragment (§6). */
export function stepsOf(pointer: string): readonly string[] {
  const plain = pointer.startsWith('#') ? decodeURIComponent(pointer.slice(1)) : pointer;
  return plain
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A place in a document, as messages write it: `paths./api/v1/me.get.responses`. */
export function placeOf(pointer: string): string {
  return stepsOf(pointer).join('.');
}

/** Keywords that only repeat that something further down, or beside, is wrong. */
const echoes = new Set(['if', 'anyOf', 'oneOf', 'not']);

/**
 * The one error of a validation that says most, as `<place>: <problem>`.
 *
 * @param errors of Ajv with `allErrors`, at least one
 */
export function explainValidation(errors: readonly ErrorObject[]): string {
  const telling = errors.filter(
    // Everything is dereferenced, so an alternative that asks for a `$ref` was never meant.
    ({ keyword, params }) => !echoes.has(keyword) && params['missingProperty'] !== '$ref',
  );
  const [error] = [...(telling.length > 0 ? telling : errors)].sort((a, b) => depth(b) - depth(a));
  if (error === undefined) return 'is invalid';
  const place = placeOf(error.instancePath);
  return `${place === '' ? 'the document' : place}: ${problemOf(error)}`;
}

function depth({ instancePath }: ErrorObject): number {
  return instancePath.split('/').length;
}

function problemOf({ params, message }: ErrorObject): string {
  const unknown: unknown = params['unevaluatedProperty'] ?? params['additionalProperty'];
  if (typeof unknown === 'string') return `has the member "${unknown}", which OpenAPI does not know there`;
  const missing: unknown = params['missingProperty'];
  if (typeof missing === 'string') return `lacks the member "${missing}"`;
  const allowed: unknown = params['allowedValues'];
  if (Array.isArray(allowed)) return `must be one of ${allowed.join(', ')}`;
  return message ?? 'is invalid';
}
