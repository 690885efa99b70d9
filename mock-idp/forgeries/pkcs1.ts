import { constants, createHash, privateEncrypt, sign } from 'node:crypto';
import { encodeSegment } from '../jws.ts';
import { forgery } from './build.ts';
import type { ForgeKit, Forgery } from './forgery.ts';
import { modulusLength, variants } from './parts.ts';

/** Blocks that the trusted key signed although EMSA-PKCS1-v1_5 with SHA-256 does not make them (RFC 8017 §9.2). */
export const pkcs1Forgeries: readonly Forgery[] = [
  forgery({
    name: 'jws-pkcs1-missing-null',
    verdict: 'refuse',
    defect: 'the DigestInfo in the signature leaves out the NULL parameters of SHA-256',
    references: ['RFC 8017 §8.2.2', 'RFC 8017 §9.2'],
    make: (kit) => {
      const digestInfo = der(0x30, der(0x30, SHA256_OID), der(0x04, digest('sha256', kit)));
      return variants({ '': signed(kit, padded(digestInfo, kit)) });
    },
  }),
  forgery({
    name: 'jws-pkcs1-ber-length',
    verdict: 'refuse',
    defect: 'the DigestInfo in the signature writes a length in the long form',
    references: ['RFC 8017 §8.2.2', 'RFC 8017 §9.2'],
    make: (kit) => {
      const algorithm = [SHA256_OID, NULL];
      const hash = digest('sha256', kit);
      const digestInfos = {
        'of the whole': ber(0x30, der(0x30, ...algorithm), der(0x04, hash)),
        'of the algorithm': der(0x30, ber(0x30, ...algorithm), der(0x04, hash)),
        'of the hash': der(0x30, der(0x30, ...algorithm), ber(0x04, hash)),
      };
      return Object.entries(digestInfos).map(([variant, digestInfo]) => ({
        variant,
        token: signed(kit, padded(digestInfo, kit)),
      }));
    },
  }),
  forgery({
    name: 'jws-pkcs1-trailing-garbage',
    verdict: 'refuse',
    defect: 'the block in the signature has eight bytes of padding, and further bytes after the hash',
    references: ['RFC 8017 §8.2.2', 'RFC 8017 §9.2', 'CVE-2006-4339'],
    make: (kit) => {
      const start = Buffer.concat([Buffer.from([0, 1]), Buffer.alloc(8, 0xff), Buffer.from([0])]);
      const digestInfo = sha256DigestInfo(kit);
      const garbage = Buffer.alloc(modulusLength(kit.active) - start.length - digestInfo.length, 0xa5);
      return variants({ '': signed(kit, Buffer.concat([start, digestInfo, garbage])) });
    },
  }),
  forgery({
    name: 'jws-pkcs1-sha1-digestinfo',
    verdict: 'refuse',
    defect: 'the signature is over a SHA-1 hash and says so, while alg is RS256',
    references: ['RFC 7515 §10.6', 'RFC 7518 §3.3'],
    make: (kit) => {
      const digestInfo = der(0x30, der(0x30, SHA1_OID, NULL), der(0x04, digest('sha1', kit)));
      return variants({ '': signed(kit, padded(digestInfo, kit)) });
    },
  }),
  forgery({
    name: 'jws-pkcs1-sha512-digestinfo',
    verdict: 'refuse',
    defect: 'the signature is over a SHA-512 hash and says so, while alg is RS256',
    references: ['RFC 7515 §10.6', 'RFC 7518 §3.3'],
    make: (kit) => {
      const digestInfo = der(0x30, der(0x30, SHA512_OID, NULL), der(0x04, digest('sha512', kit)));
      return variants({ '': signed(kit, padded(digestInfo, kit)) });
    },
  }),
  forgery({
    name: 'jws-pkcs1-block-type-2',
    verdict: 'refuse',
    defect: 'the block in the signature is padded in another way than with FF bytes of block type 1',
    references: ['RFC 8017 §9.2'],
    make: (kit) => {
      const digestInfo = sha256DigestInfo(kit);
      return variants({
        'block type 2': signed(kit, padded(digestInfo, kit, { type: 2, fill: 0xa5 })),
        'block type 0': signed(kit, padded(digestInfo, kit, { type: 0, fill: 0 })),
        'other padding bytes': signed(kit, padded(digestInfo, kit, { type: 1, fill: 0xa5 })),
      });
    },
  }),
  forgery({
    name: 'jws-pss-under-rs256',
    verdict: 'refuse',
    defect: 'the signature is padded with PSS, while alg is RS256',
    references: ['RFC 7518 §3.3', 'RFC 7518 §3.5'],
    make: (kit) => {
      const key = { key: kit.active.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
      const input = signingInput(kit);
      return variants({ '': `${input}.${encodeSegment(sign('sha256', Buffer.from(input), key))}` });
    },
  }),
];

// Object identifiers and NULL as complete DER elements (RFC 8017 §9.2, note 1).
const SHA1_OID = Buffer.from('06052b0e03021a', 'hex');
const SHA256_OID = Buffer.from('0609608648016503040201', 'hex');
const SHA512_OID = Buffer.from('0609608648016503040203', 'hex');
const NULL = Buffer.from('0500', 'hex');

function signingInput({ header, claims }: ForgeKit): string {
  return `${encodeSegment(header)}.${encodeSegment(claims)}`;
}

function digest(hash: string, kit: ForgeKit): Buffer {
  return createHash(hash).update(signingInput(kit)).digest();
}

function sha256DigestInfo(kit: ForgeKit): Buffer {
  return der(0x30, der(0x30, SHA256_OID, NULL), der(0x04, digest('sha256', kit)));
}

/** The encoded message `00 || type || fill … fill || 00 || digestInfo`, as long as the modulus. */
function padded(digestInfo: Buffer, kit: ForgeKit, { type, fill } = { type: 1, fill: 0xff }): Buffer {
  const padding = Buffer.alloc(modulusLength(kit.active) - digestInfo.length - 3, fill);
  return Buffer.concat([Buffer.from([0, type]), padding, Buffer.from([0]), digestInfo]);
}

/** The claims under the RSA private-key operation over any block at all (RFC 8017 §5.2.1). */
function signed(kit: ForgeKit, block: Buffer): string {
  const key = { key: kit.active.privateKey, padding: constants.RSA_NO_PADDING };
  return `${signingInput(kit)}.${encodeSegment(privateEncrypt(key, block))}`;
}

function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag, body.length]), body]);
}

/** The same element with its length in the long form, which DER forbids for so short a one. */
function ber(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag, 0x81, body.length]), body]);
}
