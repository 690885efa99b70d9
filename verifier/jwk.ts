import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** Below, RFC 7518 §3.3 forbids RS256. Above, one verification takes so long that the key would be a weapon. */
const MIN_BITS = 2048;
const MAX_BITS = 8192;
/** A longer public exponent makes a verification as slow as a signature. 65537 needs 17 bits. */
const MAX_EXPONENT = 2n ** 32n;

/** The members that only a private RSA key has (RFC 7518 §6.3.2). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth'] as const;

/** A key that may verify RS256 tokens, or why it may not. */
export type ImportedJwk =
  { readonly kid: string; readonly key: KeyObject } | { readonly kid?: string; readonly unusable: string };

/**
 * Imports one entry of a key set (RFC 7517 §4, RFC 7518 §6.3.1). Only `n` and `e` make the key: a certificate beside
 * them (`x5c`, `x5u`) is not looked at. Never throws.
 */
export function importJwk(entry: unknown): ImportedJwk {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    return { unusable: 'is not a JSON object' };
  }
  const jwk = entry as Readonly<Record<string, unknown>>;
  const kid = jwk['kid'];
  // RFC 7517 §4.5 lets `kid` out, but then no token can name the key.
  if (typeof kid !== 'string' || kid === '') return { unusable: 'has no kid' };
  const unusable = whyNotForRs256(jwk);
  if (unusable !== undefined) return { kid, unusable };

  const key = createRsaKey(jwk['n'], jwk['e']);
  if (key === undefined) return { kid, unusable: 'has a malformed n or e' };
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < MIN_BITS) return { kid, unusable: `has ${bits} bits, fewer than ${MIN_BITS}` };
  if (bits > MAX_BITS) return { kid, unusable: `has ${bits} bits, more than ${MAX_BITS}` };
  const exponent = key.asymmetricKeyDetails?.publicExponent ?? 0n;
  // With e = 1 every message is its own signature; an even e has no inverse.
  if (exponent < 3n || exponent % 2n === 0n || exponent > MAX_EXPONENT) {
    return { kid, unusable: 'has a weak public exponent' };
  }
  return { kid, key };
}

function whyNotForRs256(jwk: Readonly<Record<string, unknown>>): string | undefined {
  const { kty, use, alg, key_ops: operations } = jwk;
  if (kty !== 'RSA') return 'is not an RSA key';
  if (use !== undefined && use !== 'sig') return 'is not for signatures (use)';
  if (alg !== undefined && alg !== 'RS256') return 'is for another algorithm (alg)';
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) {
    return 'is not for verification (key_ops)';
  }
  // Whoever can read the key set can sign with this key, so its tokens prove nothing. Other keys stay good.
  if (PRIVATE_MEMBERS.some((member) => jwk[member] !== undefined)) return 'shows its private part';
  return undefined;
}

function createRsaKey(n: unknown, e: unknown): KeyObject | undefined {
  if (!isBase64url(n) || !isBase64url(e)) return undefined;
  try {
    return createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
  } catch {
    return undefined;
  }
}

/** Node's import takes any text for base64; two spellings of one key are a trap not worth keeping. */
function isBase64url(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9_-]+$/.test(value);
}
