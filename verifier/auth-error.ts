import type { AuthErrorCode } from './contract.ts';
import { VerifierConfigError } from './errors.ts';

/** An error answer of the contract (`spec/openapi.yaml`, `AuthError`), for any HTTP framework. */
export interface AuthErrorResponse {
  readonly status: 401 | 403 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AuthErrorBody;
}

export interface AuthErrorBody {
  readonly error: 'Unauthorized' | 'Forbidden' | 'Service Unavailable';
  readonly error_code: AuthErrorCode;
  readonly message: string;
}

export interface AuthErrorOptions {
  /** Name of the protected space in the challenge (RFC 9110 §11.5). */
  readonly realm: string;
  /** Seconds after which a client may try again; with `jwks_unavailable`. */
  readonly retryAfter?: number | undefined;
}

const DEFAULT_RETRY_AFTER = 30;

/** The answer to a request that was refused with `code`. Its texts are fixed: nothing of the request is in them. */
export function authErrorResponse(code: AuthErrorCode, options: AuthErrorOptions): AuthErrorResponse {
  const headers = { 'cache-control': 'no-store' };
  switch (code) {
    case 'missing_token':
      // Who sent no credentials is not told of an error (RFC 6750 §3.1).
      return unauthorized(code, 'A bearer token is required', `Bearer realm="${options.realm}"`);
    case 'invalid_token':
      return unauthorized(
        code,
        'The access token is invalid',
        describedChallenge(options.realm, 'The access token is invalid'),
      );
    case 'token_expired':
      return unauthorized(
        code,
        'Token has expired',
        describedChallenge(options.realm, 'The access token expired'),
      );
    case 'forbidden':
      return {
        status: 403,
        headers,
        body: {
          error: 'Forbidden',
          error_code: code,
          message: "Access denied: cannot access another user's resources",
        },
      };
    case 'jwks_unavailable':
      return {
        status: 503,
        headers: { ...headers, 'retry-after': String(options.retryAfter ?? DEFAULT_RETRY_AFTER) },
        body: {
          error: 'Service Unavailable',
          error_code: code,
          message: 'The signing keys are temporarily unavailable',
        },
      };
  }
}

/** @throws VerifierConfigError where the realm cannot stand in a quoted string without escapes (RFC 9110 §5.6.4). */
export function checkRealm(realm: unknown): string {
  if (typeof realm === 'string' && /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/.test(realm)) return realm;
  throw new VerifierConfigError([
    'realm must be a string of printable ASCII characters without quotes and backslashes.',
  ]);
}

function unauthorized(code: AuthErrorCode, message: string, challenge: string): AuthErrorResponse {
  return {
    status: 401,
    headers: { 'cache-control': 'no-store', 'www-authenticate': challenge },
    body: { error: 'Unauthorized', error_code: code, message },
  };
}

/** The challenge to a token that did not pass (RFC 6750 §3). */
function describedChallenge(realm: string, description: string): string {
  return `Bearer realm="${realm}", error="invalid_token", error_description="${description}"`;
}
