import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { Bug } from './bugs.ts';
import type { JsonObject } from './jws.ts';

export interface PublishedKey {
  readonly publicKey: KeyObject;
  readonly jwk: JsonObject;
}

/** By kid. */
export type Keys = ReadonlyMap<string, PublishedKey>;

/** The usable keys of a key set document. @throws where it is none */
export function importKeys(document: unknown, bug: Bug): Keys {
  const entries =
    bug('array-doc') && Array.isArray(document) ? document : (document as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(entries)) {
    if (bug('error-json-overwrites')) return new Map();
    throw new Error('no array "keys"');
  }
  const keys = new Map<string, PublishedKey>();
  for (const entry of entries as unknown[]) {
    try {
      const key = importKey(entry, bug);
      if (key === undefined) continue;
      const kid = key.jwk['kid'];
      if (typeof kid !== 'string') continue;
      if (keys.has(kid) && !bug('dup-kid-last-wins')) continue;
      keys.set(kid, key);
    } catch (error) {
      if (bug('bad-key-kills-set')) throw error;
    }
  }
  return keys;
}

function importKey(entry: unknown, bug: Bug): PublishedKey | undefined {
  if (bug('null-entry-crash') && entry === null) throw new RangeError('null entry');
  if (typeof entry !== 'object' || entry === null) throw new Error('no object');
  const jwk = entry as JsonObject;
  if (jwk['kty'] !== 'RSA') {
    if (bug('bad-key-kills-set')) throw new Error('unknown kty');
    return undefined;
  }
  const { use, key_ops: operations, alg } = jwk;
  if (!bug('use-ignored')) {
    if (use !== undefined && use !== 'sig') return undefined;
    if (Array.isArray(operations) && !operations.includes('verify')) return undefined;
  }
  if (bug('use-required') && (use !== 'sig' || alg !== 'RS256')) return undefined;
  if (!bug('jwk-alg-ignored') && !bug('jwk-alg-drives-crypto') && alg !== undefined && alg !== 'RS256')
    return undefined;
  if (!bug('private-jwk-used') && 'd' in jwk) return undefined;
  const publicKey = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  const bits = publicKey.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < 2048 && !bug('weak-key-accepted')) return undefined;
  return { publicKey, jwk };
}
