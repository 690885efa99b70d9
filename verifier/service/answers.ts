import type { Response } from 'express';
import type { components } from '../../spec/index.ts';

export type ErrorCode = components['schemas']['Error']['error_code'];

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

export function sendError(response: Response, { code, message, headers }: ApiError): void {
  const [status, error] = STATUS[code];
  response.locals['errorCode'] = code;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  sendJson(response, status, { error, error_code: code, message: message.slice(0, MESSAGE_LENGTH) });
}

/** Answers with JSON. Unlike `response.json`, never with 304 to a request that names an ETag. */
export function sendJson(response: Response, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.statusCode = status;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.setHeader('content-length', Buffer.byteLength(text));
  response.end(text);
}
