import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { OddKeySort } from './control.ts';
import type { JsonObject } from './forgeries/forgery.ts';

/**
 * Entries for a key set, by sort. None can sign: an RSA modulus is a random odd number whose factors nobody knows,
 * which costs nothing to make, so that hundreds of them can be served at once.
 */
export function oddKeys(sorts: readonly OddKeySort[], count: number, activeKid: string): readonly unknown[] {
  return Array.from({ length: count }, () => sorts.map((sort) => MAKERS[sort](activeKid))).flat();
}

const MAKERS: Readonly<Record<OddKeySort, (activeKid: string) => unknown>> = {
  'rsa-1024': () => rsa(1024),
  'rsa-2048': () => rsa(),
  'rsa-3072': () => rsa(3072),
  'rsa-4096': () => rsa(4096),
  'rsa-8192': () => rsa(8192),
  'ec-p256': () => ec('P-256', 'ES256'),
  'ec-p384': () => ec('P-384', 'ES384'),
  'ec-p521': () => ec('P-521', 'ES512'),
  ed25519: () => ({
    ...common('EdDSA'),
    ...generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }),
  }),
  // Published with its secret, as it should never be; nothing of ours is signed with it.
  oct: () => ({ kty: 'oct', ...common('HS256'), k: randomText(32) }),
  'use-enc': () => ({ ...rsa(), use: 'enc', alg: 'RSA-OAEP' }),
  'key-ops-encrypt': () => ({ ...without(rsa(), 'use'), key_ops: ['encrypt'] }),
  'wrong-alg': () => ({ ...rsa(), alg: 'ES256' }),
  'missing-alg': () => without(rsa(), 'alg'),
  'missing-use': () => without(rsa(), 'use'),
  'missing-kid': () => without(rsa(), 'kid'),
  'missing-kty': () => without(rsa(), 'kty'),
  'missing-n': () => without(rsa(), 'n'),
  'duplicate-kid': (kid) => ({ ...rsa(), kid }),
  'unknown-kty': () => ({ kty: 'LATTICE', ...common('LT256'), pub: randomText(64) }),
  'unknown-crv': () => ({ ...ec('P-256', 'ES256'), crv: 'P-257' }),
  'off-curve': () => ({ ...ec('P-256', 'ES256'), y: randomText(32) }),
  'exponent-one': () => ({ ...rsa(), e: 'AQ' }),
  'not-base64url': () => ({ ...rsa(), n: '+/+/ not base64url =' }),
  'numeric-kid': () => ({ ...rsa(), kid: 7 }),
  'null-entry': () => null,
  'text-entry': () => 'no key',
  'empty-entry': () => ({}),
};

export const ODD_KEY_SORTS: readonly OddKeySort[] = Object.keys(MAKERS) as OddKeySort[];

function rsa(bits = 2048): JsonObject {
  const modulus = randomBytes(bits / 8);
  // The highest bit makes it as long as it says, the lowest makes it odd.
  modulus[0] = (modulus[0] ?? 0) | 0x80;
  modulus[modulus.length - 1] = (modulus.at(-1) ?? 0) | 0x01;
  return { kty: 'RSA', ...common('RS256'), n: modulus.toString('base64url'), e: 'AQAB' };
}

function ec(namedCurve: string, alg: string): JsonObject {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve });
  return { ...common(alg), ...publicKey.export({ format: 'jwk' }) };
}

function common(alg: string): JsonObject {
  return { use: 'sig', alg, kid: randomText(16) };
}

function without(jwk: JsonObject, member: string): JsonObject {
  return Object.fromEntries(Object.entries(jwk).filter(([name]) => name !== member));
}

function randomText(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}
