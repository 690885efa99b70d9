import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Exchange } from './exchange.ts';
import type { Metrics } from './metrics.ts';

/** Begins an exchange, which is counted and logged in one line when it ends: no headers, no query, no ids of users. */
export type Observe = (request: IncomingMessage, response: ServerResponse) => Exchange;

export function createObserver(metrics: Metrics, logger: Logger): Observe {
  return (request, response) => {
    const start = performance.now();
    const exchange: Exchange = {
      request,
      response,
      id: randomUUID(),
      route: 'unknown',
      errorCode: undefined,
    };
    response.once('close', () => {
      const { id, route, errorCode } = exchange;
      const durationMs = performance.now() - start;
      const answered = { method: request.method ?? '', route, status: response.statusCode };
      // A client that left before the answer got none; there is no status to count.
      const aborted = response.writableFinished ? undefined : true;
      if (!aborted) metrics.onRequest({ ...answered, errorCode, durationMs });
      const ms = Number(durationMs.toFixed(3));
      logger.info({ id, ...answered, ms, error_code: errorCode, aborted }, 'request');
    });
    return exchange;
  };
}
