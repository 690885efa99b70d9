import type { Operation, Parameter } from './contract.ts';
import type { ParameterObject } from './document.ts';
import { ContractError } from './errors.ts';
import { exampleOf } from './example.ts';
import type { SchemaConverter } from './json-schema.ts';

interface Place {
  /** What messages call the document. */
  readonly source: string;
  /** Where the operation stands in it. */
  readonly place: string;
}

/** An operation's parameter replaces one of the same name and place of its path (OpenAPI 3.1 §4.8.9). */
export function mergeParameters(
  ofPath: readonly ParameterObject[] = [],
  ofOperation: readonly ParameterObject[] = [],
): readonly ParameterObject[] {
  const merged = new Map([...ofPath, ...ofOperation].map((each) => [`${each.in} ${each.name}`, each]));
  return [...merged.values()].filter((each) => !isIgnored(each));
}

/** Such a header parameter has no meaning (OpenAPI 3.1 §4.8.12.2): the security scheme and the body speak for it. */
function isIgnored({ in: place, name }: ParameterObject): boolean {
  return place === 'header' && ['accept', 'authorization', 'content-type'].includes(name.toLowerCase());
}

/** @throws ContractError `invalid_document` where the path has a placeholder that no parameter explains. */
export function parametersOf(
  parameters: readonly ParameterObject[],
  path: string,
  { source, place }: Place,
  convert: SchemaConverter,
): readonly Parameter[] {
  for (const [, name = ''] of path.matchAll(/\{([^{}]+)\}/g)) {
    if (!parameters.some((each) => each.in === 'path' && each.name === name)) {
      const problem = `{${name}} of the path is not declared; add a parameter with "in: path" and "name: ${name}"`;
      throw new ContractError('invalid_document', `${source}: ${place}.parameters: ${problem}`);
    }
  }
  return parameters.map((parameter) => {
    const { name, in: location, required = false } = parameter;
    const media = parameter.schema === undefined ? Object.values(parameter.content ?? {})[0] : parameter;
    const schema = convert(media?.schema, `${place}.parameters.${name}.schema`);
    const example = exampleOf({ ...media, ...parameter }, schema);
    return { name, in: location, required, schema, ...(example !== undefined && { example }) };
  });
}

/**
 * The path parameter that bears `x-owner-claim`.
 *
 * @throws ContractError `invalid_document` where it is not a claim's name, not on a path parameter, or there are two.
 */
export function ownerOf(
  parameters: readonly ParameterObject[],
  { source, place }: Place,
): Operation['owner'] {
  const [owner, second] = parameters.filter((each) => each['x-owner-claim'] !== undefined);
  if (owner === undefined) return undefined;
  const claim = owner['x-owner-claim'];
  const fault =
    second !== undefined
      ? `an operation has one owner, and "${owner.name}" is it already`
      : owner.in !== 'path'
        ? 'belongs on a path parameter'
        : typeof claim !== 'string' || claim === ''
          ? 'must be the name of a claim, e.g. "sub"'
          : undefined;
  if (fault === undefined) return { parameter: owner.name, claim: String(claim) };
  const name = (second ?? owner).name;
  throw new ContractError(
    'invalid_document',
    `${source}: ${place}.parameters.${name}.x-owner-claim: ${fault}`,
  );
}
