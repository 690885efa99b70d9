import type { AuthErrorCode } from './contract.ts';
import { AUTH_MESSAGES, VerifierConfigError } from './errors.ts';

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
  /** Name of the protected space in the challenge (RFC 9110 §11.5); default `api`. */
  readonly realm?: string | undefined;
  /** Seconds after which a client may try again; with `jwks_unavailable`. */
  readonly retryAfter?: number | undefined;
}

const DEFAULT_REALM = 'api';
const DEFAULT_RETRY_AFTER = 30;

/** Status and reason of each code. */
const STATUS: Readonly<
  Record<AuthErrorCode, Pick<AuthErrorResponse, 'status'> & Pick<AuthErrorBody, 'error'>>
> = {
  missing_token: { status: 401, error: 'Unauthorized' },
  invalid_token: { status: 401, error: 'Unauthorized' },
  token_expired: { status: 401, error: 'Unauthorized' },
  forbidden: { status: 403, error: 'Forbidden' },
  jwks_unavailable: { status: 503, error: 'Service Unavailable' },
};

/** The answer to a request that was refused with `code`. Its texts are fixed: nothing of the request is in them. */
export function authErrorResponse(code: AuthErrorCode, options: AuthErrorOptions = {}): AuthErrorResponse {
  const { status, error } = STATUS[code];
  const headers: Record<string, string> = { 'cache-control': 'no-store' };
  if (status === 401) headers['www-authenticate'] = challenge(code, options.realm ?? DEFAULT_REALM);
  if (status === 503) headers['retry-after'] = String(options.retryAfter ?? DEFAULT_RETRY_AFTER);
  return { status, headers, body: { error, error_code: code, message: AUTH_MESSAGES[code] } };
}

/** RFC 6750 §3. Who sent no token is not told of an error (§3.1). */
function challenge(code: AuthErrorCode, realm: string): string {
  if (code === 'missing_token') return `Bearer realm="${realm}"`;
  return `Bearer realm="${realm}", error="invalid_token", error_description="${AUTH_MESSAGES[code]}"`;
}

/** @throws VerifierConfigError where a realm is given that cannot stand in a quoted string without escapes (RFC 9110 §5.6.4). */
export function checkRealm(realm: unknown): void {
  if (realm === undefined) return;
  if (typeof realm === 'string' && /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/.test(realm)) return;
  throw new VerifierConfigError([
    'realm must be a string of printable ASCII characters without quotes and backslashes.',
  ]);
}
