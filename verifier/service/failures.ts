import type { Logger } from 'pino';
import { ApiError, errorAnswer } from './answers.ts';
import type { Answer } from './answers.ts';
import { DatabaseUnavailableError, UnstorableError } from './database/index.ts';

/** Seconds after which a lost database may be back. */
const RETRY_DATABASE = '5';

/** The answer to whatever was thrown while a request was served. Texts of libraries go to the log alone. */
export type AnswerFailure = (error: unknown, requestId: string) => Answer;

export function createFailureAnswer(logger: Logger): AnswerFailure {
  return (error, requestId) => {
    const failure = failureOf(error);
    if (failure.code === 'internal_error')
      logger.error({ request: requestId, err: error }, 'a request failed');
    // While a database is lost there is such a line per request: the reason will do, its stack says nothing.
    if (error instanceof DatabaseUnavailableError) {
      logger.warn({ request: requestId, reason: error.message }, 'the database is unavailable');
    }
    return errorAnswer(failure);
  };
}

function failureOf(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof UnstorableError) {
    return new ApiError('validation_failed', 'The request holds a value that cannot be stored');
  }
  if (error instanceof DatabaseUnavailableError) {
    return new ApiError('database_unavailable', 'The database does not answer at present', {
      'retry-after': RETRY_DATABASE,
    });
  }
  return new ApiError('internal_error', 'The server failed to answer this request');
}
