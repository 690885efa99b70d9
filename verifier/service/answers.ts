import type { ServerResponse } from 'node:http';
import type { components } from '../../spec/index.ts';
import type { AuthErrorCode } from '../index.ts';

type ErrorCode = components['schemas']['Error']['error_code'];

/** What an operation, or whatever stopped a request on its way there, has to say. */
export interface Answer {
  readonly status: number;
  /** Lower-case names, beside those of every answer. */
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON; a text as it is, with its media type among the headers. Absent: there is no body. */
  readonly body?: object | string;
  /** `error_code` of the body, where it is an error. */
  readonly errorCode?: ErrorCode | AuthErrorCode | undefined;
}

/** An error answer of the contract (`spec/openapi.yaml`, `Error`); thrown by whatever cannot serve a request. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorCode;
  readonly headers: Readonly<Record<string, string>>;

  /** @param message one sentence for the client, which repeats nothing of the request */
  constructor(code: ErrorCode, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.headers = headers;
  }
}

/** Status and reason phrase (RFC 9110 §15) of each code. */
const STATUS: Readonly<Record<ErrorCode, readonly [status: number, reason: string]>> = {
  validation_failed: [400, 'Bad Request'],
  not_found: [404, 'Not Found'],
  method_not_allowed: [405, 'Method Not Allowed'],
  body_too_large: [413, 'Content Too Large'],
  unsupported_media_type: [415, 'Unsupported Media Type'],
  internal_error: [500, 'Internal Server Error'],
  database_unavailable: [503, 'Service Unavailable'],
};

/** The longest `message` of the contract. */
const MESSAGE_LENGTH = 200;

export function errorAnswer({ code, message, headers }: ApiError): Answer {
  const [status, error] = STATUS[code];
  const body = { error, error_code: code, message: message.slice(0, MESSAGE_LENGTH) };
  return { status, headers, body, errorCode: code };
}

/** Writes an answer, with these headers beside its own. Headers that were set on the response before stay. */
export function send(
  response: ServerResponse,
  { status, headers, body }: Answer,
  ofEvery: Readonly<Record<string, string>>,
): void {
  if (body === undefined) {
    response.writeHead(status, { ...ofEvery, ...headers }).end();
    return;
  }
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response
    .writeHead(status, {
      ...ofEvery,
      'content-type': 'application/json; charset=utf-8',
      ...headers,
      'content-length': Buffer.byteLength(text),
    })
    .end(text);
}
