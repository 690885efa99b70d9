import { createHash, sign } from 'node:crypto';
import type { SigningKey } from './forgeries/forgery.ts';

/** DER tags (X.690 §8) of the few types a certificate needs. */
const tag = {
  integer: 0x02,
  bitString: 0x03,
  null: 0x05,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
  version: 0xa0,
} as const;

const commonName = '550403'; // 2.5.4.3
const sha256WithRsa = '2a864886f70d01010b'; // 1.2.840.113549.1.1.11

/**
 * A self-signed X.509 v3 certificate (RFC 5280 §4.1) of an RSA key, as DER. It is valid for a day before and a year
 * after `now`, seconds since the epoch, and no more than a forged `x5c` needs: it has no extensions.
 */
export function selfSignedCertificate(key: SigningKey, options: { now: number; name: string }): Buffer {
  const algorithm = der(
    tag.sequence,
    der(tag.objectIdentifier, Buffer.from(sha256WithRsa, 'hex')),
    der(tag.null),
  );
  const name = der(
    tag.sequence,
    der(
      tag.set,
      der(
        tag.sequence,
        der(tag.objectIdentifier, Buffer.from(commonName, 'hex')),
        der(tag.utf8String, Buffer.from(options.name)),
      ),
    ),
  );
  const publicKey = key.publicKey.export({ type: 'spki', format: 'der' });
  const toBeSigned = der(
    tag.sequence,
    der(tag.version, der(tag.integer, Buffer.of(2))),
    der(tag.integer, serialNumber(publicKey)),
    algorithm,
    name,
    der(tag.sequence, utcTime(options.now - 86_400), utcTime(options.now + 365 * 86_400)),
    name,
    publicKey,
  );
  const signature = sign('sha256', toBeSigned, key.privateKey);
  return der(tag.sequence, toBeSigned, algorithm, der(tag.bitString, Buffer.of(0), signature));
}

function der(type: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(type), length(content.length), content]);
}

/** Definite form: one byte below 128, else the number of length bytes first (X.690 §8.1.3). */
function length(value: number): Buffer {
  if (value < 0x80) return Buffer.of(value);
  const bytes = Buffer.from(value.toString(16).padStart(value > 0xff ? 4 : 2, '0'), 'hex');
  return Buffer.concat([Buffer.of(0x80 | bytes.length), bytes]);
}

/** Positive, of the same key always the same, and without a leading zero byte. */
function serialNumber(publicKey: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(1), createHash('sha256').update(publicKey).digest().subarray(0, 15)]);
}

/** `YYMMDDhhmmssZ`, which RFC 5280 §4.1.2.5 demands until 2049. */
function utcTime(seconds: number): Buffer {
  const text = new Date(seconds * 1_000).toISOString().replace(/\D/g, '').slice(2, 14);
  return der(tag.utcTime, Buffer.from(`${text}Z`));
}
