import type { IncomingMessage, RequestListener } from 'node:http';
import type { Logger } from 'pino';
import type { Contract } from '../../spec/index.ts';
import { authorizationLines, checkOwner, createAuthenticate, isRefusal, serverTiming } from '../gate.ts';
import type { Admission } from '../gate.ts';
import type { AuthErrorResponse, VerifiedToken } from '../index.ts';
import { ApiError, send } from './answers.ts';
import type { Answer } from './answers.ts';
import type { Exchange } from './exchange.ts';
import { createFailureAnswer } from './failures.ts';
import type { Metrics } from './metrics.ts';
import { createHandlers } from './operations.ts';
import type { MetricsSource, Resources } from './operations.ts';
import { createCrossOrigin, refuseOddities, SECURITY_HEADERS } from './protections.ts';
import { createObserver } from './request-log.ts';
import { createRoutes } from './routes.ts';
import type { Action, Match, Route } from './routes.ts';
import { targetOf } from './target.ts';

export interface AppOptions extends Omit<Resources, 'metrics'> {
  readonly contract: Contract;
  readonly metrics: Metrics;
  /** What `/metrics` answers; default: what this process counts. */
  readonly metricsSource?: MetricsSource | undefined;
  readonly logger: Logger;
  readonly allowedOrigins: readonly string[];
  readonly serverTiming?: boolean;
}

/**
 * The API of the contract, for `createServer` of node:http. Which operations there are, which of them are guarded, by
 * whose id and with which schemas, is read from the contract, so that no route can be added without its gate.
 */
export function createApp(options: AppOptions): RequestListener {
  const { contract, metrics, logger, allowedOrigins, serverTiming: timed = false, ...resources } = options;
  const observe = createObserver(metrics, logger);
  const answerOrigin = createCrossOrigin(allowedOrigins);
  const handlers = createHandlers({ ...resources, metrics: options.metricsSource ?? metrics.registry });
  const findRoute = createRoutes(contract, handlers);
  const authenticate = createAuthenticate(resources.verifier, { realm: 'tasks' });
  const answerFailure = createFailureAnswer(logger);

  const serve = (exchange: Exchange): Answer | Promise<Answer> => {
    const { request, response } = exchange;
    refuseOddities(request, response);
    const { path, query } = targetOf(request.url ?? '');
    const match = findRoute(path);
    if (match !== undefined) exchange.route = match.route.path;
    // Who has no good token is not told which paths and methods there are.
    if (match === undefined ? !isBelowApi(path) : !match.route.guarded) {
      return perform(exchange, match, path, query);
    }
    const startedAt = timed ? performance.now() : 0;
    const enter = (admission: Admission): Answer | Promise<Answer> => {
      if (isRefusal(admission)) return refused(admission);
      if (timed) response.setHeader('server-timing', serverTiming(startedAt));
      return perform(exchange, match, path, query, admission);
    };
    const admission = authenticate(authorizationLines(request.rawHeaders));
    return admission instanceof Promise ? admission.then(enter) : enter(admission);
  };

  return (request, response) => {
    const exchange = observe(request, response);
    const headers = { ...SECURITY_HEADERS, 'x-request-id': exchange.id };
    if (answerOrigin(request, response, headers)) return;
    const finish = (answer: Answer): void => {
      exchange.errorCode = answer.errorCode;
      send(response, answer, headers);
    };
    const fail = (error: unknown): void => {
      finish(answerFailure(error, exchange.id));
    };
    try {
      const answer = serve(exchange);
      if (answer instanceof Promise) answer.then(finish, fail);
      else finish(answer);
    } catch (error) {
      fail(error);
    }
  };
}

/** What is done once the token is good, or none is needed. @throws ApiError */
function perform(
  { request, response }: Exchange,
  match: Match | undefined,
  path: string,
  query: string,
  auth?: VerifiedToken,
): Answer | Promise<Answer> {
  if (match === undefined) throw noSuchPath(path);
  const { route, params } = match;
  const stranger = auth && route.owner && checkOwner(auth, params[route.owner] ?? '');
  if (stranger) return refused(stranger);
  const { read, handle } = actionOf(route, request);
  const input = read(request, response, query);
  return input instanceof Promise
    ? input.then((settled) => handle({ ...settled, params, auth }))
    : handle({ ...input, params, auth });
}

function actionOf({ actions }: Route, { method = '' }: IncomingMessage): Action {
  const action = actions.get(method);
  if (action !== undefined) return action;
  // RFC 9110 §15.5.6
  const allow = [...actions.keys()].join(', ');
  throw new ApiError('method_not_allowed', 'This path does not take that method', { allow });
}

function refused(refusal: AuthErrorResponse): Answer {
  return { ...refusal, errorCode: refusal.body.error_code };
}

function isBelowApi(path: string): boolean {
  return path === '/api' || path.startsWith('/api/');
}

function noSuchPath(path: string): ApiError {
  try {
    decodeURIComponent(path);
    return new ApiError('not_found', 'No such path');
  } catch {
    return new ApiError('validation_failed', 'The path is not validly percent-encoded');
  }
}
