/// <reference lib="es2024.string" />
import type { RefusalReason } from './contract.ts';

export interface ClaimPolicy {
  readonly issuer: string;
  readonly audience: string;
  /** Seconds. */
  readonly leeway: number;
}

/**
 * Checks the claims of an access token at `now` in seconds (RFC 7519 §4.1). Gives the reason of a refusal;
 * `expired` only where `exp` is the one thing wrong.
 */
export function checkClaims(
  claims: Readonly<Record<string, unknown>>,
  policy: ClaimPolicy,
  now: number,
): RefusalReason | undefined {
  if (claims['iss'] !== policy.issuer) return 'iss';
  if (!namesAudience(claims['aud'], policy.audience)) return 'aud';
  const { sub, exp, nbf, iat } = claims;
  // A lone surrogate has no UTF-8: two of them would become one user in any database.
  if (typeof sub !== 'string' || sub === '' || !sub.isWellFormed()) return 'sub';
  if (!isNumericDate(exp)) return 'exp';
  if (nbf !== undefined && !(isNumericDate(nbf) && nbf <= now + policy.leeway)) return 'nbf';
  // RFC 7519 gives no rule for an `iat` to come; nobody but a wrong clock or a forger issues such a token.
  if (iat !== undefined && !(isNumericDate(iat) && iat <= now + policy.leeway)) return 'iat';
  // "On or after" the time of `exp` the token is dead (§4.1.4).
  return now < exp + policy.leeway ? undefined : 'expired';
}

/** A string, or an array of strings of which one is ours (§4.1.3). An array with anything else in it is no `aud`. */
function namesAudience(aud: unknown, audience: string): boolean {
  if (aud === audience) return true;
  if (!Array.isArray(aud)) return false;
  return aud.includes(audience) && aud.every((member) => typeof member === 'string');
}

/** JSON has numbers that no double holds: `1e400` becomes Infinity and would never expire. */
function isNumericDate(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
