import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse } from 'content-type';
import getRawBody from 'raw-body';
import { ApiError } from './answers.ts';

/** 64 KiB, as the contract says. */
const BODY_LIMIT = 64 * 1024;

/**
 * The JSON value that a request bears.
 * @throws ApiError where there is none, or it is too large, of another type or not well-formed
 */
export async function readJson(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  expectJson(request);
  if (request.headers.expect !== undefined) {
    response.removeHeader('connection');
    response.writeContinue();
  }
  const length = request.headers['content-length'] ?? null;
  const bytes = await getRawBody(request, { limit: BODY_LIMIT, length }).catch((error: unknown) => {
    // The rest is read and dropped, or the next request on this connection would wait behind it.
    request.resume();
    throw refusalOf(error);
  });
  if (!isUtf8(bytes)) throw unsupported('The body must be plain UTF-8 JSON');
  try {
    return JSON.parse(bytes.toString()) as unknown;
  } catch {
    throw new ApiError('validation_failed', 'The body is not valid JSON');
  }
}

/** What the headers tell before the body is asked for. */
function expectJson({ headers }: IncomingMessage): void {
  const { 'content-length': length, 'transfer-encoding': chunked, 'content-encoding': encoding } = headers;
  if (chunked === undefined && (length === undefined || length === '0')) {
    throw new ApiError('validation_failed', 'body: must not be missing');
  }
  const { type, parameters } = parse(headers['content-type'] ?? '');
  if (type !== 'application/json') throw unsupported('The body must be application/json');
  const charset = parameters['charset']?.toLowerCase() ?? 'utf-8';
  if (charset !== 'utf-8' || (encoding !== undefined && encoding.toLowerCase() !== 'identity')) {
    throw unsupported('The body must be plain UTF-8 JSON');
  }
  if (Number(length) > BODY_LIMIT) throw tooLarge();
}

/** raw-body names the fault of a client by a status. */
function refusalOf(error: unknown): unknown {
  if (!(error instanceof Error) || !('status' in error)) return error;
  if (error.status === 413) return tooLarge();
  return new ApiError('validation_failed', 'The request cannot be read');
}

function unsupported(message: string): ApiError {
  return new ApiError('unsupported_media_type', message);
}

function tooLarge(): ApiError {
  return new ApiError('body_too_large', 'The body is larger than 64 KiB');
}
