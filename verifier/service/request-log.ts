import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { Metrics } from './metrics.ts';

/** Counts every request and logs it in one line: no headers, no query, no ids of users, so no token either. */
export function observeRequests(metrics: Metrics, logger: Logger): RequestHandler {
  return (request, response, next) => {
    const start = performance.now();
    const id = randomUUID();
    response.locals['requestId'] = id;
    response.setHeader('x-request-id', id);
    response.once('close', () => {
      const answered = {
        method: request.method,
        route: routeOf(request),
        status: response.statusCode,
        errorCode: errorCodeOf(response),
        durationMs: performance.now() - start,
      };
      // A client that left before the answer got none; there is no status to count.
      if (response.writableFinished) metrics.onRequest(answered);
      const { errorCode, durationMs, ...line } = answered;
      logger.info(
        {
          id,
          ...line,
          ms: Number(durationMs.toFixed(3)),
          error_code: errorCode,
          ...(response.writableFinished ? {} : { aborted: true }),
        },
        'request',
      );
    });
    next();
  };
}

/** The template of the path in the contract's form: what the client sent may be anything, and hold a user's id. */
function routeOf(request: Request): string {
  const route = request.route as { readonly path: string } | undefined;
  return route?.path.replaceAll(/:(\w+)/g, '{$1}') ?? 'unknown';
}

function errorCodeOf(response: Response): string | undefined {
  return response.authError ?? (response.locals['errorCode'] as string | undefined);
}
