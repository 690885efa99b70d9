import type { ErrorRequestHandler } from 'express';
import type { Logger } from 'pino';
import { ApiError, sendError } from './answers.ts';
import { DatabaseUnavailableError, UnstorableError } from './database/index.ts';

/** Seconds after which a lost database may be back. */
const RETRY_DATABASE = '5';

/** Turns whatever was thrown into an error answer of the contract. Texts of libraries go to the log alone. */
export function handleErrors(logger: Logger): ErrorRequestHandler {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- express knows an error handler by its four parameters.
  return (error: unknown, request, response, _next) => {
    const answer = answerTo(error);
    const line = { request: response.locals['requestId'] as unknown };
    if (answer.code === 'internal_error') logger.error({ ...line, err: error }, 'a request failed');
    // While a database is lost there is such a line per request: the reason will do, its stack says nothing.
    if (error instanceof DatabaseUnavailableError) {
      logger.warn({ ...line, reason: error.message }, 'the database is unavailable');
    }
    if (response.headersSent) request.destroy();
    else sendError(response, answer);
  };
}

function answerTo(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof UnstorableError) {
    return new ApiError('validation_failed', 'The request holds a value that cannot be stored');
  }
  if (error instanceof DatabaseUnavailableError) {
    return new ApiError('database_unavailable', 'The database does not answer at present', {
      'retry-after': RETRY_DATABASE,
    });
  }
  return ofLibrary(error) ?? new ApiError('internal_error', 'The server failed to answer this request');
}

/** What express and its body parser say of a client's fault (http-errors: a status and a type). */
function ofLibrary(error: unknown): ApiError | undefined {
  if (!(error instanceof Error) || !('status' in error)) return undefined;
  const type = 'type' in error ? error.type : undefined;
  if (error.status === 413) return new ApiError('body_too_large', 'The body is larger than 64 KiB');
  if (error.status === 415)
    return new ApiError('unsupported_media_type', 'The body must be plain UTF-8 JSON');
  if (error.status !== 400) return undefined;
  if (type === 'entity.parse.failed') return new ApiError('validation_failed', 'The body is not valid JSON');
  if (error instanceof URIError) {
    return new ApiError('validation_failed', 'The path is not validly percent-encoded');
  }
  return new ApiError('validation_failed', 'The request cannot be read');
}
