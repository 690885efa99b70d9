import { invalidToken } from './answer.ts';
import type { Bug } from './bugs.ts';
import type { JsonObject } from './jws.ts';

/** Refuses every header but that of a plain RS256 access token (RFC 7515 §4.1, RFC 8725 §3.1, §3.11). */
export function checkHeader(header: JsonObject, bug: Bug): void {
  checkAlgorithm(header['alg'], bug);
  checkCritical(header, bug);
  if ('b64' in header && !bug('b64-false-honoured')) throw invalidToken();
  checkType(header['typ'], bug);
}

function checkAlgorithm(alg: unknown, bug: Bug): void {
  if (alg === 'RS256') return;
  if (bug('alg-unchecked') || bug('decode-only')) return;
  if (bug('none-accepted') && alg === 'none') return;
  if (bug('none-any-signature') && alg === 'none') return;
  if (bug('none-blocklist-case') && alg !== 'none' && String(alg).toLowerCase() === 'none') return;
  if (bug('none-blocklist-trim') && alg !== 'none' && String(alg).trim() === 'none') return;
  if (bug('alg-default') && (alg === undefined || alg === '' || alg === null)) return;
  if (bug('alg-case-fold') && String(alg).toUpperCase() === 'RS256') return;
  if (bug('alg-array-includes') && (Array.isArray(alg) || typeof alg === 'string') && alg.includes('RS256'))
    return;
  if (bug('allow-rs-star') && /^RS\d/.test(String(alg))) return;
  if (bug('allow-any-rsa') && /^[RP]S\d/.test(String(alg))) return;
  if (bug('alg-from-jwks') && alg === 'ES256') return;
  if (/^HS\d/.test(String(alg)) && HMAC_BUGS.some((name) => bug(name))) return;
  if (bug('alg-none-trimmed') && typeof alg === 'string' && alg.trim() === 'RS256') return;
  if (bug('alg-type-crash') && typeof alg !== 'string') throw new TypeError('alg is no string');
  throw invalidToken();
}

const HMAC_BUGS = [
  'alg-from-header-hmac',
  'pem-guard-spki-only',
  'pem-guard-no-der',
  'jwk-as-secret',
  'modulus-as-secret',
  'empty-secret-fallback',
  'hs256-only-blocked',
  'dev-secret-left',
  'oct-key-used',
  'oct-empty',
  'alg-without-jwk-alg',
] as const;

function checkCritical(header: JsonObject, bug: Bug): void {
  if (!('crit' in header) || bug('crit-ignored')) return;
  const crit = header['crit'];
  if (bug('b64-false-honoured') && Array.isArray(crit) && crit.join() === 'b64') return;
  if (bug('crit-truthy-only') && (!Array.isArray(crit) || crit.length === 0)) return;
  throw invalidToken();
}

function checkType(typ: unknown, bug: Bug): void {
  if (typ === undefined || bug('typ-ignored')) return;
  if (bug('typ-tolower-crash')) (typ as string).toLowerCase();
  if (typeof typ !== 'string') throw invalidToken();
  if (bug('typ-exact-JWT') && typ !== 'JWT') throw invalidToken();
  // RFC 7515 §4.1.9: a media type, compared without case, "application/" left out.
  const kind = typ.toLowerCase().replace(/^application\//, '');
  if (kind !== 'jwt' && kind !== 'at+jwt') throw invalidToken();
}
