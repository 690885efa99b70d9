import type { AuthErrorCode } from './contract.ts';
import { AUTH_MESSAGES, JwksError, TokenError, VerifierConfigError } from './errors.ts';

/** An error answer of the contract (`spec/openapi.yaml`, `AuthError`), for any HTTP framework. */
export interface AuthErrorResponse {
  readonly status: 401 | 403 | 503;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** To be sent as JSON. */
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
  /** The scopes that the request needs, with blanks between them; with `insufficient_scope` (RFC 6750 §3). */
  readonly scope?: string | undefined;
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
  insufficient_scope: { status: 403, error: 'Forbidden' },
  jwks_unavailable: { status: 503, error: 'Service Unavailable' },
};

/** The answer to a request that was refused with `code`. Its texts are fixed: nothing of the request is in them. */
export function authErrorResponse(code: AuthErrorCode, options: AuthErrorOptions = {}): AuthErrorResponse {
  const { status, error } = STATUS[code];
  const headers: Record<string, string> = {
    'cache-control': 'no-store',
    'content-type': 'application/json; charset=utf-8',
  };
  const challenge = challengeOf(code, options);
  if (challenge !== undefined) headers['www-authenticate'] = challenge;
  if (status === 503) headers['retry-after'] = String(options.retryAfter ?? DEFAULT_RETRY_AFTER);
  return { status, headers, body: { error, error_code: code, message: AUTH_MESSAGES[code] } };
}

/** The answer to what a verifier threw; nothing for an error that is about neither a token nor a key set. */
export function authErrorOf(error: unknown, realm?: string): AuthErrorResponse | undefined {
  if (error instanceof TokenError) {
    return authErrorResponse(error.code, { realm, retryAfter: error.retryAfter });
  }
  return error instanceof JwksError ? authErrorResponse('jwks_unavailable') : undefined;
}

/** RFC 6750 §3. Who sent no token is not told of an error (§3.1), and who is not the owner could not mend it. */
function challengeOf(code: AuthErrorCode, options: AuthErrorOptions): string | undefined {
  const challenge = `Bearer realm="${options.realm ?? DEFAULT_REALM}"`;
  const described = (error: string): string =>
    `${challenge}, error="${error}", error_description="${AUTH_MESSAGES[code]}"`;
  switch (code) {
    case 'missing_token':
      return challenge;
    case 'invalid_token':
    case 'token_expired':
      return described('invalid_token');
    case 'insufficient_scope':
      return described(code) + (options.scope === undefined ? '' : `, scope="${options.scope}"`);
    case 'forbidden':
    case 'jwks_unavailable':
      return undefined;
  }
}

/** @throws VerifierConfigError where a realm is given that cannot stand in a quoted string without escapes (RFC 9110 §5.6.4). */
export function checkRealm(realm: unknown): void {
  if (realm === undefined) return;
  if (typeof realm === 'string' && /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/.test(realm)) return;
  throw new VerifierConfigError([
    'realm must be a string of printable ASCII characters without quotes and backslashes.',
  ]);
}
