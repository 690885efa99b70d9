/// <reference lib="es2024.collection" />
import findMyWay from 'find-my-way';
import type { Contract, Operation } from '../../spec/index.ts';
import type { Handler, Handlers } from './operations.ts';
import { createReader } from './validation.ts';
import type { ReadInput } from './validation.ts';

/** A path of the contract and what can be done there. */
export interface Route {
  /** As the contract writes it: `/api/v1/{user_id}/tasks`. */
  readonly path: string;
  /** Whether a request needs a good token. */
  readonly guarded: boolean;
  /** The parameter of the path that must be the `sub` of the token. */
  readonly owner: string | undefined;
  /** By method. */
  readonly actions: ReadonlyMap<string, Action>;
}

export interface Action {
  readonly read: ReadInput;
  readonly handle: Handler;
}

export interface Match {
  readonly route: Route;
  /** Percent-decoded. */
  readonly params: Readonly<Record<string, string | undefined>>;
}

/** Finds the route of a path, without its query. */
export type FindRoute = (path: string) => Match | undefined;

/** Longer than any path that fits into the headers of a request: whose id it is, the owner rule says. */
const MAX_PARAMETER = 64 * 1024;

/** The routes of a contract. @throws Error where it has an operation that this API has not */
export function createRoutes(contract: Contract, handlers: Handlers): FindRoute {
  // One spelling per resource: `/API/v1/me` and `/api/v1/me/` are other paths, and lead nowhere.
  const router = findMyWay({ caseSensitive: true, maxParamLength: MAX_PARAMETER });
  for (const [path, operations] of Map.groupBy(contract.operations, (operation) => operation.path)) {
    // Routes are found whatever the method: the token comes first, then the question what can be done there.
    router.on(
      'GET',
      path.replaceAll(/\{(\w+)\}/g, ':$1'),
      () => undefined,
      createRoute(path, operations, handlers),
    );
  }
  return (path) => {
    const found = router.find('GET', path);
    return found === null ? undefined : { route: found.store as Route, params: found.params };
  };
}

function createRoute(path: string, operations: readonly Operation[], handlers: Handlers): Route {
  const actions = new Map<string, Action>();
  for (const operation of operations) {
    const action = { read: createReader(operation), handle: handlerOf(operation, handlers) };
    actions.set(operation.method, action);
    // RFC 9110 §9.3.2: the headers of GET; Node leaves the body out.
    if (operation.method === 'GET') actions.set('HEAD', action);
  }
  const guarded = operations.some(({ security }) => security.length > 0);
  const owner = operations.find((operation) => operation.owner !== undefined)?.owner?.parameter;
  return { path, guarded, owner, actions };
}

function handlerOf({ id }: Operation, handlers: Handlers): Handler {
  const handler = (handlers as Readonly<Record<string, Handler | undefined>>)[id];
  if (handler === undefined) throw new Error(`The contract has an operation ${id}, and this API does not.`);
  return handler;
}
