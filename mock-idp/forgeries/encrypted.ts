import { createHash } from 'node:crypto';
import type { CompactJWEHeaderParameters, CryptoKey, KeyObject } from 'jose';
import { compact, encodeSegment } from '../jws.ts';
import { forgery } from './build.ts';
import type { ForgedVariant, Forgery } from './forgery.ts';
import { variants } from './parts.ts';

/** Tokens that are encrypted, or hold another token: neither says who the claims are from (RFC 8725 §3.3). */
export const encryptedForgeries: readonly Forgery[] = [
  forgery({
    name: 'jwe-compact',
    verdict: 'refuse',
    defect: 'good claims, encrypted to the published key and not signed',
    references: [
      'RFC 8725 §3.1',
      'draft-ietf-oauth-rfc8725bis §2.3',
      'draft-ietf-oauth-rfc8725bis §3.3',
      'CVE-2023-51774',
    ],
    make: async ({ header, claims, active }) => {
      const encryptedWith = async (alg: string): Promise<ForgedVariant> => ({
        variant: alg,
        token: await encrypted(JSON.stringify(claims), { ...header, alg, enc: 'A256GCM' }, active.publicKey),
      });
      return Promise.all(['RSA-OAEP', 'RSA-OAEP-256'].map(encryptedWith));
    },
  }),
  forgery({
    name: 'jwe-wrapped-none',
    verdict: 'refuse',
    defect: 'an unsigned token, encrypted to the published key',
    references: ['RFC 7519 §7.2', 'RFC 8725 §3.3', 'CVE-2026-29000'],
    make: async ({ header, claims, active }) => {
      const inner = `${encodeSegment({ alg: 'none' })}.${encodeSegment(claims)}.`;
      const outer = { ...header, alg: 'RSA-OAEP', enc: 'A256GCM', cty: 'JWT' };
      return variants({ '': await encrypted(inner, outer, active.publicKey) });
    },
  }),
  forgery({
    name: 'jwe-dir-symmetric',
    verdict: 'refuse',
    defect: 'good claims, encrypted with a symmetric key that everybody knows',
    references: ['RFC 7518 §4.5', 'RFC 8725 §3.1'],
    make: async ({ header, claims, active }) => {
      const pem = active.publicKey.export({ type: 'spki', format: 'pem' });
      const der = active.publicKey.export({ type: 'spki', format: 'der' });
      const modulus = Buffer.from(active.publicKey.export({ format: 'jwk' }).n ?? '', 'base64url');
      // A256GCM takes 32 bytes and no more; zeros stand for the empty key of a buffer that was never filled.
      const secrets = {
        'start of the PEM text': Buffer.from(pem).subarray(0, 32),
        'hash of the PEM text': createHash('sha256').update(pem).digest(),
        'start of the DER bytes': der.subarray(0, 32),
        'start of the modulus': modulus.subarray(0, 32),
        zeros: Buffer.alloc(32),
      };
      const outer = { ...header, alg: 'dir', enc: 'A256GCM' };
      return Promise.all(
        Object.entries(secrets).map(async ([variant, secret]) => ({
          variant,
          token: await encrypted(JSON.stringify(claims), outer, secret),
        })),
      );
    },
  }),
  forgery({
    name: 'jwt-nested-jws',
    verdict: 'refuse',
    defect: 'the payload, well signed, is another token that nobody trusted signed',
    references: ['RFC 7519 §7.2', 'RFC 8725 §3.3'],
    make: ({ header, claims, active, attacker }) => {
      const outer = { ...header, cty: 'JWT' };
      return variants({
        'signed by the attacker': compact(outer, compact(header, claims, attacker), active),
        unsigned: compact(outer, `${encodeSegment({ alg: 'none' })}.${encodeSegment(claims)}.`, active),
      });
    },
  }),
];

/** A compact JWE (RFC 7516 §7.1). */
async function encrypted(
  content: string,
  header: CompactJWEHeaderParameters,
  key: CryptoKey | KeyObject | Uint8Array,
): Promise<string> {
  // Loaded when it is needed: the server is started far more often than it encrypts.
  const { CompactEncrypt } = await import('jose');
  return new CompactEncrypt(Buffer.from(content)).setProtectedHeader(header).encrypt(key);
}
