import { STATUS_CODES } from 'node:http';
import { MockIdpError, type MockIdpErrorCode } from '../errors.ts';

/** What goes back for one request, whole, so that a fault can still change how it is sent. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer of the control plane, whose body may be long in the making. */
export type ControlAnswer = Answer | (Omit<Answer, 'body'> & { readonly body: AsyncIterable<string> });

export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(value),
  };
}

/**
 * Values one a line (NDJSON), each sent when it is ready. The first is awaited, so that what is refused from the start
 * is refused in the ordinary way.
 */
export async function jsonLines(values: AsyncIterable<unknown>): Promise<ControlAnswer> {
  const iterator = values[Symbol.asyncIterator]();
  const first = await iterator.next();
  async function* lines(): AsyncGenerator<string, void, undefined> {
    try {
      for (let next = first; next.done !== true; next = await iterator.next()) {
        yield `${JSON.stringify(next.value)}\n`;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { status: 200, headers: { 'content-type': 'application/x-ndjson' }, body: lines() };
}

export function redirection(location: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 302, headers: { location, ...headers }, body: '' };
}

export const NO_CONTENT: Answer = { status: 204, headers: {}, body: '' };

const STATUS = {
  invalid_request: 400,
  invalid_issuer: 400,
  unknown_forgery: 404,
  unknown_key: 404,
  not_found: 404,
  method_not_allowed: 405,
  journal_timeout: 408,
  body_too_large: 413,
  unsupported_media_type: 415,
  control_token_required: 401,
  too_many_issuers: 429,
  closed: 503,
  listen_failed: 500,
  unreachable: 500,
  internal: 500,
} as const satisfies Record<MockIdpErrorCode, number>;

export function statusOf(code: MockIdpErrorCode): number {
  return STATUS[code];
}

/** A refusal as problem details (RFC 9457 §3); `code` is the member a client acts on. */
export function problem(error: unknown): Answer {
  const { code, message } = asMockIdpError(error);
  const status = statusOf(code);
  const details = { type: 'about:blank', title: STATUS_CODES[status], status, detail: message, code };
  return json(status, details, { 'content-type': 'application/problem+json' });
}

function asMockIdpError(error: unknown): MockIdpError {
  if (error instanceof MockIdpError) return error;
  const cause = error instanceof Error ? error.message : 'unknown';
  return new MockIdpError('internal', `A fault of the mock identity provider itself: ${cause}`);
}
