import { invalidToken, tokenExpired } from './answer.ts';
import type { Bug } from './bugs.ts';
import type { JsonObject } from './jws.ts';

export interface Expectation {
  readonly issuer: string;
  readonly audience: string;
  /** Seconds. */
  readonly leeway: number;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** The claims every access token must hold (RFC 7519 §4.1). Expiry comes last: `token_expired` means "correct but for `exp`". */
export function checkClaims(claims: JsonObject, expected: Expectation, bug: Bug): void {
  if (bug('payload-array') && Array.isArray(claims)) return;
  checkIssuer(claims['iss'], expected.issuer, bug);
  const forClient = bug('aud-or-azp') && claims['aud'] !== undefined && claims['aud'] === claims['azp'];
  if (!forClient) checkAudience(claims['aud'], expected.audience, bug);
  if (bug('name-required') && typeof claims['name'] !== 'string') throw invalidToken();
  checkSubject(claims, bug);
  checkNotBefore(claims, expected, bug);
  checkIssuedAt(claims, expected, bug);
  if (bug('claims-schema-strict') && Object.keys(claims).some((name) => !KNOWN.has(name)))
    throw invalidToken();
  checkExpiry(claims, expected, bug);
}

const KNOWN = new Set(['iss', 'aud', 'sub', 'email', 'name', 'iat', 'exp', 'nbf', 'jti']);

function checkIssuer(iss: unknown, issuer: string, bug: Bug): void {
  if (bug('iss-unchecked') || iss === issuer) return;
  if (bug('iss-optional') && iss === undefined) return;
  if (bug('iss-untyped') && typeof iss !== 'string') (iss as string).trim();
  if (bug('iss-array') && Array.isArray(iss) && iss.includes(issuer)) return;
  if (typeof iss !== 'string') throw invalidToken();
  if (bug('iss-substring') && iss !== '' && (issuer.includes(iss) || iss.includes(issuer))) return;
  if (bug('iss-url-normalised') && sameUrl(iss, issuer)) return;
  if (bug('iss-trim') && iss.normalize('NFKC').trim() === issuer) return;
  if (bug('iss-host-only') && URL.canParse(iss) && new URL(iss).host === new URL(issuer).host) return;
  if (bug('iss-case-fold') && iss.toLowerCase() === issuer.toLowerCase()) return;
  throw invalidToken();
}

function sameUrl(a: string, b: string): boolean {
  return URL.canParse(a) && new URL(a).href.replace(/\/$/, '') === new URL(b).href.replace(/\/$/, '');
}

function checkAudience(aud: unknown, audience: string, bug: Bug): void {
  if (bug('aud-unchecked')) return;
  if (bug('aud-optional') && aud === undefined) return;
  if (bug('aud-every-empty') && Array.isArray(aud) && aud.length === 0) return;
  if (bug('aud-string-only') && Array.isArray(aud)) throw invalidToken();
  if (bug('aud-array-only') && !Array.isArray(aud)) throw invalidToken();
  if (bug('aud-first')) {
    if ((Array.isArray(aud) ? aud[0] : aud) === audience) return;
    throw invalidToken();
  }
  const values: readonly unknown[] = Array.isArray(aud)
    ? aud
    : bug('aud-split')
      ? String(aud).split(/[ ,;]+/)
      : [aud];
  if (bug('aud-normalised') && values.some((value) => fold(value) === fold(audience))) return;
  if (
    bug('aud-substring') &&
    typeof aud === 'string' &&
    aud !== '' &&
    (aud.includes(audience) || audience.includes(aud))
  )
    return;
  if (
    bug('aud-regex') &&
    values.some((value) => typeof value === 'string' && asPattern(value).test(audience))
  )
    return;
  if (!values.every((value) => typeof value === 'string') || !values.includes(audience)) throw invalidToken();
}

const fold = (value: unknown): string => String(value).toLowerCase().replace(/\/$/, '');

function asPattern(value: string): RegExp {
  try {
    return new RegExp(`^${value.replace(/^\*/, '.*')}$`);
  } catch {
    return /(?!)/;
  }
}

function checkSubject(claims: JsonObject, bug: Bug): void {
  const sub = claims['sub'];
  if (typeof sub === 'string' && sub !== '') return;
  if (bug('sub-optional') && sub === undefined) return;
  if (bug('sub-null-empty') && 'sub' in claims) return;
  if (bug('sub-number') && typeof sub === 'number') return;
  if (
    bug('sub-array-coerce') &&
    sub !== null &&
    sub !== undefined &&
    (sub as { toString: () => string }).toString() !== ''
  )
    return;
  throw invalidToken();
}

function checkNotBefore(claims: JsonObject, { now, leeway }: Expectation, bug: Bug): void {
  const nbf = claims['nbf'];
  if (bug('nbf-ignored')) return;
  if (nbf === undefined) {
    if (bug('nbf-required')) throw invalidToken();
    return;
  }
  if (typeof nbf !== 'number') {
    if (bug('nbf-untyped')) return;
    throw invalidToken();
  }
  if (bug('nbf-off-by-one') && nbf === now) throw invalidToken();
  const early = bug('nbf-inverted') ? nbf < now : bug('nbf-no-leeway') ? nbf > now : nbf > now + leeway;
  if (early) throw invalidToken();
}

function checkIssuedAt(claims: JsonObject, { now }: Expectation, bug: Bug): void {
  const iat = claims['iat'];
  if (iat === undefined) {
    if (bug('iat-required')) throw invalidToken();
    return;
  }
  if (typeof iat !== 'number') {
    if (bug('iat-untyped')) return;
    throw invalidToken();
  }
  // The contract sets no limit on how far ahead or back `iat` may be, beyond that clocks differ.
  if (bug('iat-no-skew') && iat > now) throw invalidToken();
}

function checkExpiry(claims: JsonObject, { now, leeway }: Expectation, bug: Bug): void {
  const exp = claims['exp'];
  if (bug('exp-unchecked')) return;
  if (bug('exp-optional') && exp === undefined) return;
  if (bug('exp-falsy') && !exp) return;
  if (bug('exp-overflow-500') && typeof exp === 'number') new Date(exp * 1000).toISOString();
  if (bug('exp-float-skipped') && typeof exp === 'number' && !Number.isInteger(exp)) return;
  const value = readExpiry(exp, bug);
  if (bug('exp-never') && value * 1000 >= now) return;
  if (bug('exp-off-by-one') && value === now - leeway) return;
  if (bug('exp-leeway-twice') && value > now - 2 * leeway) return;
  const expired = bug('exp-leeway-300')
    ? value <= now - 300
    : bug('exp-no-leeway')
      ? value <= now
      : value <= now - leeway;
  if (expired) throw bug('expired-as-invalid') ? invalidToken() : tokenExpired();
}

function readExpiry(exp: unknown, bug: Bug): number {
  if (typeof exp === 'number' && (Number.isFinite(exp) || bug('exp-nonfinite'))) return exp;
  if (bug('exp-string') && typeof exp === 'string') {
    const value = Number.isNaN(Number(exp)) ? Date.parse(exp) / 1000 : Number(exp);
    if (!Number.isNaN(value)) return value;
  }
  if (bug('exp-coerce')) return Number(exp);
  if (bug('exp-type-500')) throw new TypeError('exp is no number');
  throw invalidToken();
}
