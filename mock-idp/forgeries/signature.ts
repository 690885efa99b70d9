import { encodeSegment } from '../jws.ts';
import { forgery } from './build.ts';
import type { ForgeKit, ForgedVariant, Forgery } from './forgery.ts';
import { goodParts, goodPartsWhere, goodToken, join, modulusLength, variants } from './parts.ts';

/** Signatures that were changed, replaced or moved to another text (RFC 7515 §5.2, RFC 8017 §8.2.2). */
export const signatureForgeries: readonly Forgery[] = [
  forgery({
    name: 'jws-sig-bitflip-first',
    verdict: 'refuse',
    // Flipped in the bytes: a change of the last character may touch only bits that carry nothing.
    defect: 'the first bit of the signature is flipped',
    references: ['RFC 7515 §5.2'],
    make: (kit) => resigned(kit, { '': (bytes) => withFlipped(bytes, 0, 0x80) }),
  }),
  forgery({
    name: 'jws-sig-bitflip-last',
    verdict: 'refuse',
    defect: 'the last byte of the signature is changed',
    references: ['RFC 7515 §5.2'],
    make: (kit) => resigned(kit, { '': (bytes) => withFlipped(bytes, bytes.length - 1, 0xff) }),
  }),
  forgery({
    name: 'jws-sig-truncated',
    verdict: 'refuse',
    defect: 'the signature is cut short',
    references: ['RFC 8017 §8.2.2'],
    make: (kit) => [
      ...variants({
        'one character less': goodToken(kit).slice(0, -1),
      }),
      // Cut as bytes: cut as text, the spare bits of the last character would be a second defect, by chance.
      ...resigned(kit, {
        'four characters less': (bytes) => bytes.subarray(0, -3),
        '128 characters less': (bytes) => bytes.subarray(0, -96),
        'one byte less': (bytes) => bytes.subarray(0, -1),
        'half its bytes': (bytes) => bytes.subarray(0, bytes.length / 2),
      }),
    ],
  }),
  forgery({
    name: 'jws-sig-extended',
    verdict: 'refuse',
    defect: 'the signature has one zero byte more',
    references: ['RFC 8017 §8.2.2'],
    make: (kit) =>
      resigned(kit, {
        'after it': (bytes) => Buffer.concat([bytes, Buffer.alloc(1)]),
        'before it': (bytes) => Buffer.concat([Buffer.alloc(1), bytes]),
      }),
  }),
  forgery({
    name: 'jws-sig-zero',
    verdict: 'refuse',
    defect: 'the signature is a number whose power is known without any key',
    references: ['RFC 8017 §8.2.2'],
    make: (kit) =>
      resigned(kit, {
        zero: (bytes) => Buffer.alloc(bytes.length),
        one: (bytes) => withFlipped(Buffer.alloc(bytes.length), bytes.length - 1, 1),
      }),
  }),
  forgery({
    name: 'jws-sig-unreduced',
    verdict: 'refuse',
    defect: 'the signature is the right number plus the modulus, in as many bytes',
    references: ['RFC 8017 §5.2.2'],
    make: (kit) => {
      const modulus = toNumber(
        Buffer.from(kit.active.publicKey.export({ format: 'jwk' }).n ?? '', 'base64url'),
      );
      const length = modulusLength(kit.active);
      const limit = 1n << BigInt(8 * length);
      const parts = goodPartsWhere(
        kit,
        'stays within the length of the modulus when the modulus is added',
        (signature) => toNumber(signature) + modulus < limit,
      );
      const sum = toNumber(Buffer.from(parts.signature, 'base64url')) + modulus;
      const signature = Buffer.from(sum.toString(16).padStart(2 * length, '0'), 'hex').toString('base64url');
      return variants({ '': join({ ...parts, signature }) });
    },
  }),
  forgery({
    name: 'jws-sig-swapped',
    verdict: 'refuse',
    defect: 'the signature is that of another good token',
    references: ['RFC 7515 §5.2'],
    make: (kit) => {
      const other = goodParts({ ...kit, claims: { ...kit.claims, jti: 'another-token' } });
      return variants({ '': join({ ...goodParts(kit), signature: other.signature }) });
    },
  }),
  forgery({
    name: 'jws-payload-tampered',
    verdict: 'refuse',
    defect: 'sub was changed to another user after signing',
    references: ['RFC 7515 §5.2', 'RFC 7519 §7.2'],
    make: (kit) => {
      const payload = encodeSegment({ ...kit.claims, sub: kit.otherSub });
      return variants({ '': join({ ...goodParts(kit), payload }) });
    },
  }),
  forgery({
    name: 'jws-header-tampered',
    verdict: 'refuse',
    defect: 'a harmless header member was added after signing',
    references: ['RFC 7515 §5.2'],
    make: (kit) => {
      const header = encodeSegment({ ...kit.header, x: 1 });
      return variants({ '': join({ ...goodParts(kit), header }) });
    },
  }),
  forgery({
    name: 'jws-reserialised-header',
    verdict: 'refuse',
    defect: 'the header was written anew after signing, with the same meaning',
    references: ['RFC 7515 §5.2'],
    make: (kit) => {
      const parts = goodParts(kit);
      const reversed = Object.fromEntries(Object.entries(kit.header).reverse());
      return variants({
        'with blanks': join({ ...parts, header: encodeSegment(JSON.stringify(kit.header, null, 1)) }),
        'in another order': join({ ...parts, header: encodeSegment(reversed) }),
      });
    },
  }),
];

/** The good token with other signature bytes, well encoded. */
function resigned(
  kit: ForgeKit,
  changes: Readonly<Record<string, (signature: Buffer) => Uint8Array>>,
): readonly ForgedVariant[] {
  const parts = goodParts(kit);
  const bytes = Buffer.from(parts.signature, 'base64url');
  return Object.entries(changes).map(([variant, change]) => ({
    variant,
    token: join({ ...parts, signature: encodeSegment(change(bytes)) }),
  }));
}

function withFlipped(bytes: Buffer, index: number, mask: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[index] = (copy[index] ?? 0) ^ mask;
  return copy;
}

function toNumber(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`);
}
