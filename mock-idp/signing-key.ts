import { createSecretKey, generateKeyPair, hash, type KeyObject, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { KeyAlgorithm } from './control.ts';
import type { JsonObject, SigningKey } from './forgeries/forgery.ts';
import { ALGORITHMS } from './key-algorithms.ts';

const generate = promisify(generateKeyPair);

/** Public members of each key type (RFC 7518 §6, RFC 8037 §2), in the order of its thumbprint but for `kty`. A secret has none. */
const PUBLIC_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  RSA: ['n', 'e'],
  EC: ['crv', 'x', 'y'],
  OKP: ['crv', 'x'],
};

/** A signing key and the one algorithm it is for. */
export interface AlgorithmKey extends SigningKey {
  readonly alg: KeyAlgorithm;
}

/** A new RSA key of 2048 bits, the least RS256 allows (RFC 7518 §3.3), made on the thread pool. Its kid is its thumbprint. */
export async function generateSigningKey(): Promise<SigningKey> {
  return named(await generate('rsa', { modulusLength: 2048 }));
}

/** A new key for an algorithm. @param bits of the modulus, where it is an RSA key */
export async function generateKeyFor(alg: KeyAlgorithm, bits = 2048): Promise<AlgorithmKey> {
  const { kty, crv = '' } = ALGORITHMS[alg];
  switch (kty) {
    case 'RSA':
      return { ...named(await generate('rsa', { modulusLength: bits })), alg };
    case 'EC':
      return { ...named(await generate('ec', { namedCurve: crv })), alg };
    case 'OKP':
      return { ...named(await generate('ed25519')), alg };
    case 'oct': {
      const secret = createSecretKey(randomBytes(64));
      return { ...named({ privateKey: secret, publicKey: secret }), alg };
    }
  }
}

/** Hands out keys; so many are being made from the start, that the first to ask waits less. */
export function createKeySource(ahead: number): () => Promise<SigningKey> {
  const spare = Array.from({ length: ahead }, generateSigningKey);
  return () => spare.shift() ?? generateSigningKey();
}

/** The members that resource servers rely on (RFC 7517 §4). Only members named here go out: no private one can. */
export function publicJwk(key: SigningKey & { readonly alg?: KeyAlgorithm }): JsonObject {
  const { alg = 'RS256', kid, publicKey } = key;
  const { kty } = ALGORITHMS[alg];
  return { kty, use: 'sig', alg, kid, ...publicMembers(publicKey) };
}

function publicMembers(key: KeyObject): JsonObject {
  const jwk = key.export({ format: 'jwk' }) as JsonObject;
  const names = PUBLIC_MEMBERS[String(jwk['kty'])] ?? [];
  return Object.fromEntries(names.map((name) => [name, jwk[name]]));
}

/** Under its thumbprint as kid. A secret gets a random one: its thumbprint would help to guess it. */
export function named(pair: Pick<SigningKey, 'privateKey' | 'publicKey'>): SigningKey {
  const { publicKey, privateKey } = pair;
  const isSecret = publicKey.type === 'secret';
  const kid = isSecret ? randomBytes(32).toString('base64url') : thumbprint(publicKey);
  return { kid, privateKey, publicKey };
}

/** RFC 7638 §3.1: the required members in lexicographic order, without white space. */
function thumbprint(publicKey: KeyObject): string {
  const { kty } = publicKey.export({ format: 'jwk' });
  const members = Object.entries({ kty, ...publicMembers(publicKey) }).sort(([a], [b]) => (a < b ? -1 : 1));
  return hash('sha256', JSON.stringify(Object.fromEntries(members)), 'base64url');
}
