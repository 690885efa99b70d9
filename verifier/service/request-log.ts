import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { inBatches } from './batches.ts';
import type { Exchange } from './exchange.ts';
import type { Metrics } from './metrics.ts';

/** Begins an exchange, which is counted and logged in one line when it ends: no headers, no query, no ids of users. */
export type Observe = (request: IncomingMessage, response: ServerResponse) => Exchange;

export function createObserver(metrics: Metrics, logger: Logger): Observe {
  const tell = inBatches((ended: Ended) => {
    tellOf(ended, metrics, logger);
  });
  return (request, response) => {
    const startedAt = performance.now();
    const exchange: Exchange = {
      request,
      response,
      id: randomUUID(),
      route: 'unknown',
      errorCode: undefined,
    };
    response.once('close', () => {
      tell({ exchange, durationMs: performance.now() - startedAt });
    });
    return exchange;
  };
}

interface Ended {
  readonly exchange: Exchange;
  readonly durationMs: number;
}

function tellOf({ exchange, durationMs }: Ended, metrics: Metrics, logger: Logger): void {
  const { id, request, response, route, errorCode } = exchange;
  const answered = { method: request.method ?? '', route, status: response.statusCode };
  // A client that left before the answer got none; there is no status to count.
  const aborted = response.writableFinished ? undefined : true;
  if (!aborted) metrics.onRequest({ ...answered, errorCode, durationMs });
  const ms = Math.round(durationMs * 1000) / 1000;
  logger.info({ id, ...answered, ms, error_code: errorCode, aborted }, 'request');
}
