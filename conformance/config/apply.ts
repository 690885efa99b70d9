import type { Principal, Settings } from '../model.ts';
import { DEFAULT_USERS } from '../settings.ts';
import type { Contract, Operation, ResponseContract } from '../../spec/index.ts';
import { nearest } from '../../mock-idp/index.ts';
import type { Config } from './config.ts';
import { ConfigError } from './errors.ts';

/**
 * The contract with what a configuration adds to it.
 *
 * @param path what messages call the configuration
 * @throws ConfigError for operations and parameters that the contract does not have
 */
export function completeContract(contract: Contract, config: Config, path: string): Contract {
  refuseUnknown(contract, config, path);
  return {
    ...contract,
    operations: contract.operations.map((operation) => complete(operation, config)),
  };
}

/** The contract with these values for the parameters that have such a name. */
export function withValues(contract: Contract, values: Readonly<Record<string, string | number>>): Contract {
  return {
    ...contract,
    operations: contract.operations.map((operation) => withExamples(operation, values)),
  };
}

/** The users of a configuration, with a value for every claim by which the contract names an owner. */
export function usersOf(contract: Contract, { users = {} }: Config): { owner: Principal; other: Principal } {
  const claims = new Set(
    contract.operations.flatMap(({ owner }) =>
      owner === undefined || owner.claim === 'sub' ? [] : owner.claim,
    ),
  );
  const userOf = (role: 'owner' | 'other'): Principal => {
    const preset = DEFAULT_USERS[role];
    const given = users[role];
    const made = Object.fromEntries([...claims].map((claim) => [claim, `${claim}-${role}`]));
    return { sub: given?.sub ?? preset.sub, claims: { ...preset.claims, ...made, ...given?.claims } };
  };
  return { owner: userOf('owner'), other: userOf('other') };
}

/** What the contract itself says of the places where implementations may differ. */
export function statusesOf({ operations }: Contract): Partial<Settings> {
  const owned = operations.filter(({ owner }) => owner !== undefined);
  const declares = (status: string): boolean => owned.some(({ responses }) => status in responses);
  // An API that hides what is another user's has no 403 to declare.
  return owned.length > 0 && !declares('403') && declares('404') ? { crossUserStatus: 404 } : {};
}

function complete(operation: Operation, { owner = {}, operations = {}, error }: Config): Operation {
  const { parameters = {}, body } = operations[operation.id] ?? {};
  const named = operation.parameters.find(({ name, in: place }) => place === 'path' && name in owner);
  const claim = named && owner[named.name];
  const { requestBody } = operation;
  return {
    ...withExamples(operation, parameters),
    ...(named && claim !== undefined && { owner: { parameter: named.name, claim } }),
    ...(requestBody && body !== undefined && { requestBody: { ...requestBody, example: body } }),
    responses: error === undefined ? operation.responses : withErrors(operation, error),
  };
}

function withExamples(operation: Operation, values: Readonly<Record<string, string | number>>): Operation {
  const parameters = operation.parameters.map((parameter) => {
    const example = values[parameter.name];
    return example === undefined ? parameter : { ...parameter, example, required: true };
  });
  return { ...operation, parameters };
}

const ABOUT_TOKENS = ['401', '403', '404', '503'];

function withErrors(
  { responses, security }: Operation,
  { contentType = 'application/json', schema }: NonNullable<Config['error']>,
): Readonly<Record<string, ResponseContract>> {
  if (security.length === 0) return responses;
  const content = { [contentType]: { schema } };
  const added = ABOUT_TOKENS.filter(
    (status) => Object.keys(responses[status]?.content ?? {}).length === 0,
  ).map((status) => [status, { description: status, headers: {}, ...responses[status], content }] as const);
  return { ...responses, ...Object.fromEntries(added) };
}

function refuseUnknown(contract: Contract, { owner = {}, operations = {} }: Config, path: string): void {
  const ids = contract.operations.map(({ id }) => id);
  const inPath = contract.operations.flatMap((operation) =>
    operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name),
  );
  const faults = [
    ...Object.keys(owner).flatMap((name) => unknown(`owner.${name}`, name, inPath, 'path parameter')),
    ...Object.entries(operations).flatMap(([id, { parameters = {}, body }]) => {
      const operation = contract.operations.find((each) => each.id === id);
      if (operation === undefined) return unknown(`operations.${id}`, id, ids, 'operation');
      const names = operation.parameters.map(({ name }) => name);
      return [
        ...Object.keys(parameters).flatMap((name) =>
          unknown(`operations.${id}.parameters.${name}`, name, names, 'parameter'),
        ),
        ...(body !== undefined && operation.requestBody === undefined
          ? [`operations.${id}.body: the operation takes no body`]
          : []),
      ];
    }),
  ];
  if (faults.length === 0) return;
  const list = faults.map((fault) => `  ${fault}`).join('\n');
  throw new ConfigError(`${path} does not fit ${contract.source}:\n${list}`);
}

function unknown(place: string, name: string, known: readonly string[], what: string): readonly string[] {
  if (known.includes(name)) return [];
  const [close] = nearest(name, [...new Set(known)]);
  const hint = close === undefined ? '' : `; did you mean ${close}?`;
  return [`${place}: the contract has no such ${what}${hint}`];
}
