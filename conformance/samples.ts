import type { Contract, Operation } from '../spec/index.ts';
import { exampleOf } from './example.ts';
import type { SampleOperation, SampleOperations } from './model.ts';

/**
 * The operations of a contract, ready to be called with its own examples.
 *
 * @throws Error where no operation is protected, which leaves nothing to test
 */
export function sampleOperations(contract: Contract): SampleOperations {
  const all = contract.operations.filter(({ security }) => security.length > 0).map(sampleOf);
  const reads = all.filter(({ operation }) => operation.method === 'GET');
  const ownedRead = fewestParameters(reads.filter(({ operation }) => operation.owner));
  const ownedCreate = fewestParameters(
    all.filter(({ operation }) => operation.method === 'POST' && operation.owner && operation.requestBody),
  );
  const primary =
    reads.find(({ operation }) => operation.parameters.every((parameter) => parameter.in !== 'path')) ??
    ownedRead ??
    reads[0] ??
    all[0];
  if (primary === undefined) {
    throw new Error(`${contract.source} has no operation under a bearer or OpenID Connect security scheme`);
  }
  return { all, primary, ...(ownedRead && { ownedRead }), ...(ownedCreate && { ownedCreate }) };
}

/** The path parameter that names a resource made by a create operation: `task_id` of `/{user_id}/tasks/{task_id}`. */
export function resourceParameter(operations: SampleOperations): string | undefined {
  const collection = operations.ownedCreate?.operation.path;
  if (collection === undefined) return undefined;
  return operations.all
    .map(({ operation }) => operation.path)
    .filter((path) => path.startsWith(`${collection}/{`))
    .map((path) => /^\/\{([^}]+)\}/.exec(path.slice(collection.length))?.[1])
    .find((name) => name !== undefined);
}

/** The same operations with further values for their path parameters. */
export function withParameters(
  operations: SampleOperations,
  values: Readonly<Record<string, string>>,
): SampleOperations {
  const fill = (sample: SampleOperation): SampleOperation => ({
    ...sample,
    parameters: Object.fromEntries(
      Object.entries(sample.parameters).map(([name, value]) => [name, values[name] ?? value]),
    ),
  });
  const { all, primary, ownedRead, ownedCreate } = operations;
  return {
    all: all.map(fill),
    primary: fill(primary),
    ...(ownedRead && { ownedRead: fill(ownedRead) }),
    ...(ownedCreate && { ownedCreate: fill(ownedCreate) }),
  };
}

function sampleOf(operation: Operation): SampleOperation {
  const { parameters, owner, requestBody, responses } = operation;
  const needed = parameters.filter(
    (parameter) => parameter.in === 'path' || (parameter.in === 'query' && parameter.required),
  );
  const values = needed
    .filter(({ name }) => name !== owner?.parameter)
    .map(({ name, example, schema }) => [name, String(example ?? exampleOf(schema))] as const);
  const body = requestBody && (requestBody.example ?? exampleOf(requestBody.schema));
  const success = Object.keys(responses)
    .filter((status) => /^2\d\d$/.test(status))
    .sort()[0];
  return {
    operation,
    parameters: Object.fromEntries(values),
    ...(body !== undefined && { body }),
    success: Number(success ?? 200),
  };
}

function fewestParameters(samples: readonly SampleOperation[]): SampleOperation | undefined {
  return [...samples].sort((a, b) => Object.keys(a.parameters).length - Object.keys(b.parameters).length)[0];
}
