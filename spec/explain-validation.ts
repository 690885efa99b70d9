import type { ErrorObject } from 'ajv';
import { placeOf } from './place.ts';

/**
 * The one error of a validation that says most, as `<place>: <problem>`.
 *
 * @param errors of Ajv with `allErrors`, at least one
 */
export function explainValidation(errors: readonly ErrorObject[]): string {
  const telling = errors.filter((error) => !isEcho(error));
  const others = new Set(telling.filter(isOtherKind).map(alternativeOf));
  const meant = telling.filter((error) => !others.has(alternativeOf(error)));
  const [candidates] = [meant, telling, errors].filter(({ length }) => length > 0);
  const [error] = [...(candidates ?? [])].sort((a, b) => depthOf(b) - depthOf(a));
  if (error === undefined) return 'the document: is invalid';
  const place = placeOf(error.instancePath);
  return `${place === '' ? 'the document' : place}: ${problemOf(error, errors)}`;
}

/** Whether it only repeats that something further down is wrong, or asks for a `$ref` where the thing itself is. */
function isEcho({ keyword, params }: ErrorObject): boolean {
  return ['if', 'anyOf', 'oneOf', 'not'].includes(keyword) || params['missingProperty'] === '$ref';
}

/** Whether an alternative fails by its kind ("type: apiKey"), so that nothing else in which it fails matters. */
function isOtherKind({ params }: ErrorObject): boolean {
  const allowed: unknown = params['allowedValues'];
  return Array.isArray(allowed) && allowed.length === 1;
}

/** The object that was judged, and the schema that judged it. */
function alternativeOf({ instancePath, schemaPath }: ErrorObject): string {
  const [, schema = '', property] = /^(.*?)(\/properties\/[^/]+)?\/[^/]+$/.exec(schemaPath) ?? [];
  return `${property === undefined ? instancePath : instancePath.replace(/\/[^/]*$/, '')} ${schema}`;
}

function depthOf({ instancePath }: ErrorObject): number {
  return instancePath.split('/').length;
}

function problemOf({ instancePath, params, message }: ErrorObject, errors: readonly ErrorObject[]): string {
  const unknown: unknown = params['unevaluatedProperty'] ?? params['additionalProperty'];
  if (typeof unknown === 'string') return `has the member "${unknown}", which OpenAPI does not know there`;
  const missing: unknown = params['missingProperty'];
  if (typeof missing === 'string') return `lacks the member "${missing}"`;
  if ('allowedValues' in params) {
    const same = errors.filter((each) => each.instancePath === instancePath);
    return `must be one of ${[...new Set(same.flatMap((each) => (each.params['allowedValues'] ?? []) as unknown[]))].join(', ')}`;
  }
  return message ?? 'is invalid';
}
