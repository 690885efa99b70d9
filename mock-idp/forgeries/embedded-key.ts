import { createHash } from 'node:crypto';
import { selfSignedCertificate } from '../certificate.ts';
import { publicJwk } from '../signing-key.ts';
import { changeHeader, compactHs256, forgery } from './build.ts';
import type { ForgeKit, Forgery, JsonObject } from './forgery.ts';

/** A key or certificate inside the token itself: `jwk`, `x5c`, `x5t` (RFC 7515 §4.1.3, §4.1.6 to §4.1.8). */
export const embeddedKeyForgeries: readonly Forgery[] = [
  forgery({
    name: 'jwk-embedded-attacker',
    verdict: 'refuse',
    defect: 'signed by an attacker, whose public key is in the header as jwk',
    references: ['RFC 7515 §4.1.3', 'CVE-2018-0114', 'CVE-2025-24976', 'CVE-2026-27962'],
    make: changeHeader((kit) => underEachKid(kit, { jwk: publicJwk(kit.attacker) }), 'attacker'),
  }),
  forgery({
    name: 'jwk-embedded-oct',
    verdict: 'refuse',
    defect: 'a symmetric jwk in the header, and an HMAC keyed with it',
    references: ['RFC 7515 §4.1.3'],
    make: (kit) => {
      const secret = createHash('sha256').update(kit.attacker.kid).digest();
      const jwk = { kty: 'oct', alg: 'HS256', k: secret.toString('base64url') };
      return [{ variant: '', token: compactHs256({ ...kit.header, alg: 'HS256', jwk }, kit.claims, secret) }];
    },
  }),
  forgery({
    name: 'jwk-embedded-benign',
    verdict: 'either',
    defect: 'the genuine public key in the header as jwk, under a genuine signature',
    references: ['RFC 7515 §4.1.3'],
    make: changeHeader((kit) => ({ '': { jwk: kit.active.publicKey.export({ format: 'jwk' }) } })),
  }),
  forgery({
    name: 'x5c-attacker',
    verdict: 'refuse',
    defect: 'signed by an attacker, whose self-signed certificate is in the header as x5c',
    references: ['RFC 7515 §4.1.6'],
    make: changeHeader(
      (kit) => underEachKid(kit, { x5c: [attackerCertificate(kit).toString('base64')] }),
      'attacker',
    ),
  }),
  forgery({
    name: 'x5t-mismatch',
    verdict: 'either',
    defect: 'the thumbprint of a foreign certificate in the header, under a genuine signature',
    references: ['RFC 7515 §4.1.7', 'RFC 7515 §4.1.8'],
    make: changeHeader((kit) => ({
      'SHA-1': { x5t: thumbprint(kit, 'sha1') },
      'SHA-256': { 'x5t#S256': thumbprint(kit, 'sha256') },
    })),
  }),
];

/** A verifier may turn to the embedded key only when `kid` does not help, or although it does. */
function underEachKid(kit: ForgeKit, members: JsonObject): Readonly<Record<string, JsonObject>> {
  return {
    'kid of the active key': members,
    'kid of the attacker': { ...members, kid: kit.attacker.kid },
    'no kid': { ...members, kid: undefined },
  };
}

function attackerCertificate(kit: ForgeKit): Buffer {
  return selfSignedCertificate(kit.attacker, { now: kit.now, name: 'attacker' });
}

function thumbprint(kit: ForgeKit, hash: 'sha1' | 'sha256'): string {
  return createHash(hash).update(attackerCertificate(kit)).digest('base64url');
}
