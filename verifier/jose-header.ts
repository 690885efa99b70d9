import type { RefusalReason, VerifiedToken } from './contract.ts';

export type JoseHeader = VerifiedToken['header'];

/**
 * Checks the JOSE header of an RS256 access token (RFC 7515 §4). Members that only offer a key (`jwk`, `jku`, `x5c`,
 * `x5u`) are not looked at, so they cannot be trusted. Gives the reason of a refusal.
 *
 * `kid` is demanded although RFC 7515 §4.1.4 makes it optional: a token that names no key cannot be told from one
 * signed by a key that was withdrawn, and would have to be tried against every key of the set.
 */
export function checkHeader(header: Readonly<Record<string, unknown>>): RefusalReason | undefined {
  if (header['alg'] !== 'RS256') return 'alg';
  // No extension is understood here, so every `crit` is a refusal, also an empty one (RFC 7515 §4.1.11).
  if (header['crit'] !== undefined) return 'crit';
  if (header['b64'] !== undefined) return 'b64';
  if (!isAccessTokenType(header['typ'])) return 'typ';
  const kid = header['kid'];
  return typeof kid === 'string' && kid !== '' ? undefined : 'kid';
}

/** `typ` tells kinds of JWT apart (RFC 8725 §3.11): a logout or DPoP token must not pass for an access token. */
function isAccessTokenType(typ: unknown): boolean {
  if (typ === undefined || typ === 'JWT' || typ === 'at+jwt') return true;
  if (typeof typ !== 'string') return false;
  // Media types are case-insensitive and may leave out "application/" (RFC 7515 §4.1.9).
  const name = typ.toLowerCase();
  const subtype = name.startsWith('application/') ? name.slice('application/'.length) : name;
  return subtype === 'jwt' || subtype === 'at+jwt';
}
