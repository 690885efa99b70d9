import { STATUS_CODES } from 'node:http';

/** What the backend is about to send. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Thrown anywhere below the router; the router turns it into an answer. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super('refused');
    this.answer = answer;
  }
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body,
  };
}

export function errorAnswer(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Answer {
  return json(status, { error: STATUS_CODES[status] ?? 'Error', error_code: code, message }, headers);
}

const REALM = 'Bearer realm="mutant"';

export const missingToken = (): Refusal =>
  new Refusal(errorAnswer(401, 'missing_token', 'Access token is missing', { 'www-authenticate': REALM }));

export const invalidToken = (message = 'Invalid token'): Refusal =>
  new Refusal(
    errorAnswer(401, 'invalid_token', message, {
      'www-authenticate': `${REALM}, error="invalid_token", error_description="Invalid token"`,
    }),
  );

export const tokenExpired = (): Refusal =>
  new Refusal(
    errorAnswer(401, 'token_expired', 'Token has expired', {
      'www-authenticate': `${REALM}, error="invalid_token", error_description="Token has expired"`,
    }),
  );

export const forbidden = (): Refusal =>
  new Refusal(errorAnswer(403, 'forbidden', "Access denied: cannot access another user's resources"));

export const keySetUnavailable = (): Refusal =>
  new Refusal(
    errorAnswer(503, 'jwks_unavailable', 'Token cannot be verified at present', { 'retry-after': '1' }),
  );
