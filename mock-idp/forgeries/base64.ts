import { encodeSegment } from '../jws.ts';
import { forgery } from './build.ts';
import type { Forgery, JsonObject } from './forgery.ts';
import { goodParts, goodPartsWhere, goodToken, join, seal, variants } from './parts.ts';

/** How the segments are spelled: base64url without padding, in the one canonical way (RFC 7515 §2, RFC 4648 §3.5). */
export const base64Forgeries: readonly Forgery[] = [
  forgery({
    name: 'jws-padding-header',
    verdict: 'refuse',
    defect: 'the header segment is padded with =; signed as it is',
    references: ['RFC 7515 §2', 'draft-ietf-oauth-rfc8725bis §3.14'],
    make: ({ header, claims, active }) =>
      variants({
        'one =': seal(`${withRemainder(header, 2)}=`, encodeSegment(claims), active),
        'two =': seal(`${withRemainder(header, 1)}==`, encodeSegment(claims), active),
      }),
  }),
  forgery({
    name: 'jws-padding-payload',
    verdict: 'refuse',
    defect: 'the payload segment is padded with =; signed as it is',
    references: ['RFC 7515 §2', 'RFC 7515 §5.2', 'draft-ietf-oauth-rfc8725bis §3.14'],
    make: ({ header, claims, active }) =>
      variants({
        'one =': seal(encodeSegment(header), `${withRemainder(claims, 2)}=`, active),
        'two =': seal(encodeSegment(header), `${withRemainder(claims, 1)}==`, active),
      }),
  }),
  forgery({
    name: 'jws-padding-signature',
    verdict: 'refuse',
    defect: 'a good token with = after it',
    references: ['RFC 7515 §2', 'RFC 7515 §5.2', 'CVE-2026-102269'],
    make: (kit) => variants({ 'one =': `${goodToken(kit)}=`, 'two =': `${goodToken(kit)}==` }),
  }),
  forgery({
    name: 'jws-std-alphabet',
    verdict: 'refuse',
    defect: 'the signature is spelled with + and / in place of - and _',
    references: ['RFC 7515 §2', 'RFC 4648 §5'],
    make: (kit) => {
      const parts = goodPartsWhere(kit, 'has both - and _', (signature) =>
        /-.*_|_.*-/.test(signature.toString('base64url')),
      );
      const signature = parts.signature.replaceAll('-', '+').replaceAll('_', '/');
      return variants({ '': join({ ...parts, signature }) });
    },
  }),
  forgery({
    name: 'jws-illegal-chars',
    verdict: 'refuse',
    defect: 'a segment holds characters outside base64url; header and payload are signed as they are',
    references: ['RFC 7515 §2', 'draft-ietf-oauth-rfc8725bis §3.14', 'CVE-2026-102269'],
    make: (kit) => {
      const parts = goodParts(kit);
      return variants({
        'after the signature': `${join(parts)}!!!!`,
        'within the signature': join({ ...parts, signature: inserted(parts.signature, '*') }),
        'within the payload': seal(parts.header, inserted(parts.payload, '!'), kit.active),
        'within the header': seal(inserted(parts.header, '*'), parts.payload, kit.active),
      });
    },
  }),
  forgery({
    name: 'jws-tilde-b64token',
    verdict: 'refuse',
    defect: 'a segment holds ~, which a bearer token may hold and base64url may not',
    references: ['RFC 6750 §2.1', 'RFC 7515 §2'],
    make: (kit) => {
      const parts = goodParts(kit);
      return variants({
        'within the signature': join({ ...parts, signature: inserted(parts.signature, '~') }),
        'within the payload': seal(parts.header, inserted(parts.payload, '~'), kit.active),
      });
    },
  }),
  forgery({
    name: 'jws-trailing-bits-sig',
    verdict: 'refuse',
    defect: 'the last character of the signature has unused bits set',
    references: ['RFC 4648 §3.5'],
    make: (kit) => {
      const parts = goodParts(kit);
      return variants({ '': join({ ...parts, signature: withUnusedBit(parts.signature) }) });
    },
  }),
  forgery({
    name: 'jws-trailing-bits-payload',
    verdict: 'refuse',
    defect: 'the last character of the payload has unused bits set; signed as it is',
    references: ['RFC 4648 §3.5'],
    make: ({ header, claims, active }) =>
      variants({
        'four unused bits': seal(encodeSegment(header), withUnusedBit(withRemainder(claims, 1)), active),
        'two unused bits': seal(encodeSegment(header), withUnusedBit(withRemainder(claims, 2)), active),
      }),
  }),
  forgery({
    name: 'jws-len-mod-1',
    verdict: 'refuse',
    defect: 'a segment has a length no bytes encode to; the payload is signed as it is',
    references: ['RFC 4648 §4', 'RFC 7515 §5.2'],
    make: (kit) => {
      const parts = goodParts(kit);
      // Whole groups of four and one character more: a decoder that drops the odd one reads good claims.
      const payload = `${withRemainder(kit.claims, 0)}A`;
      const odd = (5 - (parts.signature.length % 4)) % 4;
      return variants({
        payload: seal(parts.header, payload, kit.active),
        signature: `${join(parts)}${'A'.repeat(odd)}`,
      });
    },
  }),
  forgery({
    name: 'jws-lowercased',
    verdict: 'refuse',
    defect: 'a good token with its letters made lower case',
    references: ['RFC 7515 §2', 'RFC 4648 §5'],
    make: (kit) => variants({ '': goodToken(kit).toLowerCase() }),
  }),
];

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The segment of an object whose JSON, by blanks at its end, leaves that remainder when its bytes are divided by 3. */
function withRemainder(value: JsonObject, remainder: 0 | 1 | 2): string {
  const text = JSON.stringify(value);
  return encodeSegment(text + ' '.repeat((remainder + 3 - (Buffer.byteLength(text) % 3)) % 3));
}

function inserted(segment: string, character: string): string {
  const middle = Math.floor(segment.length / 2);
  return segment.slice(0, middle) + character + segment.slice(middle);
}

/** Decodes to the same bytes, encodes to another segment. @throws RangeError where the last character has no unused bits. */
function withUnusedBit(segment: string): string {
  const last = ALPHABET.indexOf(segment.slice(-1));
  if (segment.length % 4 === 0) {
    throw new RangeError(
      'A segment of whole groups of four has no unused bits; use a key of 2048 or 4096 bits',
    );
  }
  return segment.slice(0, -1) + ALPHABET.charAt(last | 1);
}
