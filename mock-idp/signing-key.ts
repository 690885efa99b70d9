import { generateKeyPair, hash } from 'node:crypto';
import { promisify } from 'node:util';
import type { JsonObject, SigningKey } from './forgeries/forgery.ts';

const generate = promisify(generateKeyPair);

/** A new RSA key of 2048 bits, the least RS256 allows (RFC 7518 §3.3), made on the thread pool. Its kid is its thumbprint. */
export async function generateSigningKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generate('rsa', { modulusLength: 2048 });
  const { e, n } = publicKey.export({ format: 'jwk' });
  // RFC 7638 §3.1: the required members in lexicographic order, without white space.
  const kid = hash('sha256', JSON.stringify({ e, kty: 'RSA', n }), 'base64url');
  return { kid, privateKey, publicKey };
}

/** Hands out keys; so many are being made from the start, that the first to ask waits less. */
export function createKeySource(ahead: number): () => Promise<SigningKey> {
  const spare = Array.from({ length: ahead }, generateSigningKey);
  return () => spare.shift() ?? generateSigningKey();
}

/** The members that resource servers rely on (RFC 7517 §4, RFC 7518 §6.3.1). Exported from the public half only. */
export function publicJwk(key: SigningKey): JsonObject {
  const { n, e } = key.publicKey.export({ format: 'jwk' });
  return { kty: 'RSA', use: 'sig', alg: 'RS256', kid: key.kid, n, e };
}
