import { createPublicKey, createSecretKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { Bug } from './bugs.ts';
import type { JsonObject } from './jws.ts';

export interface PublishedKey {
  readonly publicKey: KeyObject;
  readonly jwk: JsonObject;
}

/** By kid. */
export type Keys = ReadonlyMap<string, PublishedKey>;

/** An entry that spoils the whole set, for readers that do not skip what they cannot use. */
class SpoiltSet extends Error {}

/** The usable keys of a key set document. @throws where it is none */
export function importKeys(document: unknown, bug: Bug): Keys {
  const keys = new Map<string, PublishedKey>();
  const shared = new Set<string>();
  const seen = new Set<unknown>();
  for (const entry of entriesOf(document, bug)) {
    const key = importLeniently(entry, bug);
    const kid = kidOf(entry, bug);
    const shadowed = bug('kid-only-select') && seen.has(kid);
    seen.add(kid);
    if (key === undefined || kid === undefined || shadowed) continue;
    if (keys.has(kid)) {
      if (bug('dup-kid-first-wins')) continue;
      if (!bug('dup-kid-last-wins') && !bug('oct-key-used')) shared.add(kid);
    }
    keys.set(kid, key);
  }
  // Which of two keys is meant, nobody can tell.
  for (const kid of shared) keys.delete(kid);
  return keys;
}

function entriesOf(document: unknown, bug: Bug): readonly unknown[] {
  if (bug('array-doc') && Array.isArray(document)) return document;
  const members = document as { readonly keys?: unknown } | null;
  if (bug('jwks-schema-strict') && Object.keys(members ?? {}).some((name) => name !== 'keys')) {
    throw new SpoiltSet('unknown member');
  }
  const keys = members?.keys;
  if (Array.isArray(keys)) return keys;
  if (bug('keys-object') && typeof keys === 'object') return Object.values(keys ?? {});
  if (bug('error-json-overwrites')) return [];
  throw new Error('no array "keys"');
}

function kidOf(entry: unknown, bug: Bug): string | undefined {
  const kid = (entry as { readonly kid?: unknown } | null)?.kid;
  if (bug('jwk-kid-coerced') && typeof kid === 'number') return String(kid);
  if (bug('kidless-wildcard') && kid === undefined) return '';
  return typeof kid === 'string' ? kid : undefined;
}

/** `undefined` for whatever cannot be used. */
function importLeniently(entry: unknown, bug: Bug): PublishedKey | undefined {
  try {
    return importKey(entry, bug);
  } catch (error) {
    if (bug('bad-key-kills-set') || error instanceof SpoiltSet) throw error;
    return undefined;
  }
}

const KNOWN = new Set(['kty', 'use', 'key_ops', 'alg', 'kid', 'n', 'e', 'x5c', 'ext']);

function importKey(entry: unknown, bug: Bug): PublishedKey | undefined {
  if (bug('null-entry-crash') && entry === null) throw new SpoiltSet('null entry');
  if (typeof entry !== 'object' || entry === null) throw new Error('no object');
  const jwk = entry as JsonObject;
  if (bug('jwks-schema-strict') && Object.keys(jwk).some((name) => !KNOWN.has(name))) {
    throw new SpoiltSet('unknown member');
  }
  if (!isRsa(jwk, bug)) return importOther(jwk, bug);
  if (!isForRs256(jwk, bug)) return undefined;
  if (!bug('private-jwk-used') && 'd' in jwk) return undefined;
  const publicKey = publicKeyOf(jwk, bug);
  return isStrong(publicKey, bug) ? { publicKey, jwk } : undefined;
}

function isRsa({ kty }: JsonObject, bug: Bug): boolean {
  return kty === 'RSA' || (bug('kty-case-fold') && String(kty).toUpperCase() === 'RSA');
}

function importOther(jwk: JsonObject, bug: Bug): PublishedKey | undefined {
  const { kty, k } = jwk;
  if (bug('bad-key-kills-set')) throw new Error('unknown kty');
  if (bug('unknown-kty-throws') && kty !== 'EC' && kty !== 'oct') throw new SpoiltSet('unknown kty');
  const secret = typeof k === 'string' && kty === 'oct' ? Buffer.from(k, 'base64url') : undefined;
  const used = secret && (bug('oct-key-used') ? secret.length > 0 : bug('oct-empty') && secret.length === 0);
  if (used) return { publicKey: createSecretKey(secret), jwk };
  if (!bug('alg-from-jwks') || kty !== 'EC') return undefined;
  return { publicKey: createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' }), jwk };
}

function isForRs256({ use, key_ops: operations, alg }: JsonObject, bug: Bug): boolean {
  if (bug('use-required') && (use !== 'sig' || alg !== 'RS256')) return false;
  if (bug('use-must-be-sig') && use !== 'sig') return false;
  if (!bug('use-ignored')) {
    if (use !== undefined && use !== 'sig') return false;
    const looked = !bug('key-ops-ignored') && !(bug('use-trumps-ops') && use !== undefined);
    if (looked && Array.isArray(operations) && !operations.includes('verify')) return false;
  }
  return bug('jwk-alg-ignored') || bug('jwk-alg-drives-crypto') || alg === undefined || alg === 'RS256';
}

function publicKeyOf(jwk: JsonObject, bug: Bug): KeyObject {
  const [certificate] = Array.isArray(jwk['x5c']) ? (jwk['x5c'] as readonly unknown[]) : [];
  if (
    typeof certificate === 'string' &&
    (bug('x5c-preferred') || (bug('x5c-instead') && jwk['n'] === undefined))
  ) {
    return createPublicKey(`-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`);
  }
  return createPublicKey({ key: { ...jwk, kty: 'RSA' } as JsonWebKey, format: 'jwk' });
}

function isStrong({ asymmetricKeyDetails = {} }: KeyObject, bug: Bug): boolean {
  const { modulusLength: bits = 0, publicExponent: exponent = 0n } = asymmetricKeyDetails;
  if (bug('odd-key-at-first-request') && exponent < 3n) throw new SpoiltSet('exponent');
  // With e = 1 every message is its own signature; an even e has no inverse.
  if (!bug('exponent-one') && (exponent < 3n || exponent % 2n === 0n)) return false;
  const counted = bug('key-bytes-counted') ? Math.ceil(bits / 8) * 8 : bits;
  return counted >= 2048 || bug('weak-key-accepted') || bug('weak-key-500');
}
