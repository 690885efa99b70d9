import express from 'express';
import type { Express, RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Contract, Operation } from '../../spec/index.ts';
import { requireAuth, requireOwner } from '../index.ts';
import { ApiError } from './answers.ts';
import { handleErrors } from './error-handler.ts';
import type { Metrics } from './metrics.ts';
import { createHandlers } from './operations.ts';
import type { Handlers, MetricsSource, Resources } from './operations.ts';
import { crossOrigin, refuseOddities, securityHeaders } from './protections.ts';
import { observeRequests } from './request-log.ts';
import { validate } from './validation.ts';

export interface AppOptions extends Omit<Resources, 'metrics'> {
  readonly contract: Contract;
  readonly metrics: Metrics;
  /** What `/metrics` answers; default: what this process counts. */
  readonly metricsSource?: MetricsSource | undefined;
  readonly logger: Logger;
  readonly allowedOrigins: readonly string[];
  readonly serverTiming?: boolean;
}

type OperationsOfPath = readonly [Operation, ...Operation[]];

/**
 * The API of the contract. Which operations there are, which of them are guarded, by whose id and with which schemas,
 * is read from the contract, so that no route can be added without its gate.
 */
export function createApp(options: AppOptions): Express {
  const { contract, metrics, logger, allowedOrigins, serverTiming = false, ...resources } = options;
  const app = express();
  // One spelling per resource: `/API/v1/me` and `/api/v1/me/` are other paths, and lead nowhere.
  app.enable('case sensitive routing').enable('strict routing').disable('x-powered-by').disable('etag');
  const authenticate = requireAuth(resources.verifier, { realm: 'tasks', serverTiming });
  const handlers = createHandlers({ ...resources, metrics: options.metricsSource ?? metrics.registry });

  app.use(observeRequests(metrics, logger));
  app.use(...securityHeaders(), crossOrigin(allowedOrigins), refuseOddities);
  for (const [path, operations] of byPath(contract)) {
    const route = app.route(path.replaceAll(/\{(\w+)\}/g, ':$1'));
    const [{ security, owner }] = operations;
    if (security.length > 0) route.all(authenticate);
    if (owner) route.all(requireOwner(owner.parameter));
    for (const operation of operations) {
      const method = operation.method.toLowerCase() as 'get' | 'post' | 'patch' | 'delete';
      route[method](...validate(operation), handlerOf(operation, handlers));
    }
    route.all(refuseMethod(operations));
  }
  // Who has no good token is not told which paths there are.
  app.use('/api', authenticate);
  app.use(() => {
    throw new ApiError('not_found', 'No such path');
  });
  app.use(handleErrors(logger));
  return app;
}

function byPath({ operations }: Contract): ReadonlyMap<string, OperationsOfPath> {
  const paths = new Map<string, OperationsOfPath>();
  for (const operation of operations) {
    paths.set(operation.path, [...(paths.get(operation.path) ?? []), operation] as OperationsOfPath);
  }
  return paths;
}

function handlerOf({ id }: Operation, handlers: Handlers): RequestHandler {
  const handler = (handlers as Readonly<Record<string, RequestHandler | undefined>>)[id];
  if (handler === undefined) throw new Error(`The contract has an operation ${id}, and this API does not.`);
  return handler;
}

/** RFC 9110 §15.5.6 */
function refuseMethod(operations: readonly Operation[]): RequestHandler {
  const allow = operations
    .flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    .join(', ');
  return () => {
    throw new ApiError('method_not_allowed', 'This path does not take that method', { allow });
  };
}
