import { createCipheriv, createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { encodeSegment } from '../jws.ts';
import { forgery } from './build.ts';
import type { Forgery, JsonObject } from './forgery.ts';

/** Encrypted tokens that cost a verifier dearly which starts to decrypt them (draft-ietf-oauth-rfc8725bis §3.13, §3.15). */
export const jweBombForgeries: readonly Forgery[] = [
  forgery({
    name: 'jwe-p2c-bomb',
    verdict: 'refuse',
    defect: 'a JWE whose key is to be derived from a password in 2^31 - 1 rounds',
    references: ['RFC 7518 §4.8.1.2', 'draft-ietf-oauth-rfc8725bis §3.13'],
    make: (kit) => {
      const header = {
        ...kit.header,
        alg: 'PBES2-HS256+A128KW',
        enc: 'A128CBC-HS256',
        p2s: filler('salt', 16).toString('base64url'),
        p2c: 2_147_483_647,
      };
      // Nobody gets to the end of the derivation, so what would be decrypted may be anything of the right length.
      const parts = [
        filler('encrypted key', 40),
        filler('iv', 16),
        filler('ciphertext', 256),
        filler('tag', 16),
      ];
      return [{ variant: '', token: compactJwe(header, parts) }];
    },
  }),
  forgery({
    name: 'jwe-zip-bomb',
    verdict: 'refuse',
    defect: 'a JWE whose four kilobytes of plaintext inflate to four megabytes',
    references: ['RFC 7516 §4.1.3', 'draft-ietf-oauth-rfc8725bis §3.15', 'CVE-2024-33664'],
    make: (kit) => {
      const header = { ...kit.header, alg: 'dir', enc: 'A256GCM', zip: 'DEF' };
      const iv = filler('iv', 12);
      // A key anybody knows: a backend that takes an all-zero or empty secret decrypts this and goes on to inflate.
      const cipher = createCipheriv('aes-256-gcm', Buffer.alloc(32), iv);
      cipher.setAAD(Buffer.from(encodeSegment(header)));
      const plaintext = deflateRawSync(Buffer.alloc(4 * 1_024 * 1_024, 0x20), { level: 9 });
      const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
      return [
        { variant: '', token: compactJwe(header, [Buffer.alloc(0), iv, ciphertext, cipher.getAuthTag()]) },
      ];
    },
  }),
];

/** A JWE in compact serialization (RFC 7516 §7.1): header, encrypted key, iv, ciphertext, tag. */
function compactJwe(header: JsonObject, parts: readonly Uint8Array[]): string {
  return [encodeSegment(header), ...parts.map(encodeSegment)].join('.');
}

/** Bytes that look random and are the same every time. */
function filler(label: string, bytes: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(bytes / 32) }, (_, index) =>
    createHash('sha256').update(`${label} ${index}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, bytes);
}
