import type { VerifiedToken } from './contract.ts';
import { VerifierConfigError } from './errors.ts';

/** One scope, or several of which all are needed. */
export type Scope = string | readonly [string, ...string[]];

/**
 * Whether a token grants every one of these scopes. They are in `scope`, or where there is none in `scp`: a string
 * with blanks between them (RFC 8693 §4.2, RFC 9068 §2.2.3), or an array of strings, as some issuers send either.
 */
export function grants(claims: VerifiedToken['claims'], scopes: readonly string[]): boolean {
  const claim = claims['scope'] ?? claims['scp'];
  const granted: unknown = typeof claim === 'string' ? claim.split(' ') : claim;
  return Array.isArray(granted) && scopes.every((scope) => granted.includes(scope));
}

/**
 * The scopes that a route demands.
 * @throws VerifierConfigError where there is none, or one that no token can have (RFC 6749 §3.3)
 */
export function checkScope(scope: Scope): readonly string[] {
  const scopes: readonly unknown[] = Array.isArray(scope) ? scope : [scope];
  const wrong = scopes.filter(
    (each) => typeof each !== 'string' || !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(each),
  );
  if (scopes.length > 0 && wrong.length === 0) return scopes as readonly string[];
  throw new VerifierConfigError([
    'scope must be a scope, or an array of them: strings of printable ASCII characters without blanks, quotes and backslashes.',
  ]);
}
