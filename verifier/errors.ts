import type { AuthErrorCode, JwksFailure, RefusalReason } from './contract.ts';

export type TokenErrorCode = Extract<AuthErrorCode, 'invalid_token' | 'token_expired' | 'jwks_unavailable'>;

/** What a client may read. One text for every fault of a token: an unverified one must not serve as an oracle. */
export const AUTH_MESSAGES: Readonly<Record<AuthErrorCode, string>> = {
  missing_token: 'Access token is missing',
  invalid_token: 'Invalid token',
  token_expired: 'Token has expired',
  forbidden: "Access denied: cannot access another user's resources",
  insufficient_scope: 'The token lacks a scope that this request needs',
  jwks_unavailable: 'Token cannot be verified at present',
};

/** A token was refused, or could not be judged. `code` and `message` are fit for a client, `reason` for a log. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
  readonly code: TokenErrorCode;
  readonly reason: RefusalReason;
  /** Seconds until the key set is fetched again; with `jwks_unavailable` only. */
  readonly retryAfter: number | undefined;

  constructor(code: TokenErrorCode, reason: RefusalReason, retryAfter?: number) {
    // A stack costs more than all checks before the signature, and names nothing but this file.
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(AUTH_MESSAGES[code]);
    Error.stackTraceLimit = limit;
    this.code = code;
    this.reason = reason;
    this.retryAfter = retryAfter;
  }
}

/** No usable key set could be had. `message` names the endpoint and the cause, for the operator and never for a client. */
export class JwksError extends Error {
  override readonly name = 'JwksError';
  readonly reason: JwksFailure;

  constructor(reason: JwksFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** Wrong options. Names every one of them at once. */
export class VerifierConfigError extends Error {
  override readonly name = 'VerifierConfigError';
  /** One sentence per wrong option. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The verifier cannot be made:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}
