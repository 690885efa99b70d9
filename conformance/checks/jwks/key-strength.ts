import { createHash, randomBytes } from 'node:crypto';
import { encodeSegment } from '../../../mock-idp/index.ts';
import { allOf, expectRefused, fail, pass } from '../../finding.ts';
import type { Check, Finding, Lab } from '../../model.ts';
import { acceptedAs } from '../identity.ts';
import { labelled, sendControl } from '../probes.ts';
import { newKid, type PublishedKey, publishedAs, rsaPair, tokenParts } from './odd-key.ts';
import { publishedKeyCheck, publishedKeyStory } from './published.ts';
import { ask } from './tokens.ts';

/** DigestInfo of SHA-256 up to the hash itself (RFC 8017 §9.2, note 1). */
const SHA256_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** How strong an RSA key is: its modulus and its exponent (RFC 7518 §3.3, §6.3.1). */
export const keyStrengthChecks: readonly Check[] = [
  publishedKeyCheck('key-1024', 'refused', async () => [
    publishedAs(await rsaPair(1024), {}, '1024 bits'),
    publishedAs(await rsaPair(512), {}, '512 bits'),
  ]),
  publishedKeyCheck('key-2047', 'refused', async () => [publishedAs(await rsaPair(2047))]),
  publishedKeyCheck('key-4096', 'accepted', async () => [publishedAs(await rsaPair(4096))]),
  publishedKeyCheck('key-e3', 'either', async () => [publishedAs(await rsaPair(2048, 3))]),
  publishedKeyCheck('key-e1', 'refused', () =>
    Promise.resolve([
      unsigned('e = 1', randomModulus(256), Buffer.of(1), selfSigned),
      unsigned('e = 0', randomModulus(256), Buffer.of(0), selfSigned),
      unsigned('e = 2', randomModulus(256), Buffer.of(2), () => smallNumber(256)),
    ]),
  ),
  publishedKeyStory(
    'key-huge',
    () =>
      Promise.resolve([
        unsigned('16384-bit modulus', randomModulus(2048), Buffer.of(1, 0, 1), () => smallNumber(2048)),
        unsigned('2048-bit exponent', randomModulus(256), randomModulus(256), () => smallNumber(256)),
      ]),
    judgeSpeed,
  ),
];

async function judgeSpeed(lab: Lab, keys: readonly PublishedKey[]): Promise<Finding> {
  const { maxResponseMs } = lab.settings;
  const findings: Finding[] = [];
  for (const { label, token } of keys) {
    const exchange = await ask(lab, { label: `token of a key with a ${label}`, token: await token(lab) });
    const inTime = exchange.durationMs <= maxResponseMs;
    const expected = `refused within ${maxResponseMs} ms`;
    findings.push(
      labelled(expectRefused(exchange, { codes: ['invalid_token'] }), label),
      inTime ? pass(expected, 'so it was', exchange) : fail(expected, `${label}: later than that`, exchange),
    );
  }
  findings.push(acceptedAs(lab, await sendControl(lab, lab.operations.primary), lab.users.owner));
  return allOf(findings);
}

/** A key nobody has the private half of, and tokens whose signature needs none. */
function unsigned(
  label: string,
  modulus: Buffer,
  exponent: Buffer,
  signature: (signingInput: string) => Buffer,
): PublishedKey {
  const kid = newKid();
  return {
    label,
    entry: {
      kty: 'RSA',
      use: 'sig',
      alg: 'RS256',
      kid,
      n: encodeSegment(modulus),
      e: encodeSegment(exponent),
    },
    token: async (lab) => {
      const { header, claims } = await tokenParts(lab, { kid });
      const input = `${encodeSegment(header)}.${encodeSegment(claims)}`;
      return `${input}.${encodeSegment(signature(input))}`;
    },
  };
}

/** With e = 1 a signature is the message it signs: the encoded hash itself (RFC 8017 §9.2), which anybody can write. */
function selfSigned(signingInput: string): Buffer {
  const hash = createHash('sha256').update(signingInput).digest();
  const padding = Buffer.alloc(256 - 3 - SHA256_INFO.length - hash.length, 0xff);
  return Buffer.concat([Buffer.of(0, 1), padding, Buffer.of(0), SHA256_INFO, hash]);
}

/** Odd and of full length, as the product of two primes is. */
function randomModulus(bytes: number): Buffer {
  const modulus = randomBytes(bytes);
  modulus.writeUInt8(modulus.readUInt8(0) | 0x80, 0);
  modulus.writeUInt8(modulus.readUInt8(bytes - 1) | 1, bytes - 1);
  return modulus;
}

/** Below any modulus of that length, or a verifier would be done before its costly part. */
function smallNumber(bytes: number): Buffer {
  const number = randomBytes(bytes);
  number.writeUInt8(0, 0);
  return number;
}
