import { constants, generateKeyPairSync, sign } from 'node:crypto';
import type { SignKeyObjectInput } from 'node:crypto';
import { encodeSegment } from '../jws.ts';
import { changeHeader, forgery } from './build.ts';
import type { ForgeKit, Forgery, JsonObject } from './forgery.ts';
import { variants } from './parts.ts';

/** Algorithms other than RS256, in the header or behind the signature (RFC 8725 §3.1). */
export const algOtherForgeries: readonly Forgery[] = [
  forgery({
    name: 'alg-case',
    verdict: 'refuse',
    defect: 'alg is RS256 in other capitals; the signature is a good RS256 one',
    references: ['RFC 7515 §4.1.1'],
    make: changeHeader(() => named('rs256', 'Rs256')),
  }),
  forgery({
    name: 'alg-padded',
    verdict: 'refuse',
    defect: 'alg is RS256 with something after or before it; the signature is a good RS256 one',
    references: ['RFC 7515 §4.1.1', 'RFC 7515 §5.3'],
    make: changeHeader(() => ({
      'blank after it': { alg: 'RS256 ' },
      'blank before it': { alg: ' RS256' },
      'null character after it': { alg: 'RS256\u0000' },
    })),
  }),
  forgery({
    name: 'alg-unknown',
    verdict: 'refuse',
    defect: 'alg is no registered algorithm; the signature is a good RS256 one',
    references: ['RFC 7515 §5.2', 'RFC 8725 §3.1'],
    make: changeHeader(() => named('RS257', 'SHA256withRSA', 'foo')),
  }),
  forgery({
    name: 'alg-jwe-in-jws',
    verdict: 'refuse',
    defect: 'alg is an algorithm of encryption; the signature is a good RS256 one',
    references: ['RFC 7515 §4.1.1', 'RFC 8725 §3.1'],
    make: changeHeader(() => named('RSA-OAEP', 'dir', 'A256KW')),
  }),
  forgery({
    name: 'alg-rs384-rs512',
    verdict: 'refuse',
    defect: 'signed with RS384 or RS512 by the trusted key, and alg says so',
    references: ['RFC 7515 §5.2', 'RFC 8725 §3.1'],
    make: (kit) =>
      variants({
        RS384: signedWith('sha384', kit.active.privateKey, kit, { alg: 'RS384' }),
        RS512: signedWith('sha512', kit.active.privateKey, kit, { alg: 'RS512' }),
      }),
  }),
  forgery({
    name: 'alg-ps256',
    verdict: 'refuse',
    defect: 'signed with PS256 by the trusted key, and alg says so',
    references: ['RFC 8017 §8.1', 'RFC 8725 §3.1'],
    make: (kit) => variants({ '': signedWith('sha256', pss(kit), kit, { alg: 'PS256' }) }),
  }),
  forgery({
    name: 'alg-es256-psychic',
    verdict: 'refuse',
    defect: 'alg is ES256 and the signature has r and s zero',
    references: ['RFC 8725 §3.1', 'CVE-2022-21449'],
    make: (kit) => {
      const input = signingInput(kit, { alg: 'ES256' });
      return variants({
        'as in JWS': `${input}.${encodeSegment(Buffer.alloc(64))}`,
        // SEQUENCE { INTEGER 0, INTEGER 0 }
        'as DER': `${input}.${encodeSegment(Buffer.from('3006020100020100', 'hex'))}`,
      });
    },
  }),
  forgery({
    name: 'alg-eddsa-others',
    verdict: 'refuse',
    defect: 'alg is a registered algorithm of another kind than RS256',
    references: ['RFC 7515 §5.2', 'RFC 8725 §3.1'],
    // Only RS1 can be made with the trusted key; behind the other names stands its good RS256 signature.
    make: (kit) => [
      ...changeHeader(() => named('EdDSA', 'Ed25519', 'ES256K', 'ML-DSA-44'))(kit),
      ...variants({ RS1: signedWith('sha1', kit.active.privateKey, kit, { alg: 'RS1' }) }),
    ],
  }),
  forgery({
    name: 'alg-header-vs-signature',
    verdict: 'refuse',
    defect: 'signed with another algorithm than RS256, which the header names',
    references: ['RFC 7515 §10.6', 'RFC 7518 §3.3'],
    make: (kit) => {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      return variants({
        RS512: signedWith('sha512', kit.active.privateKey, kit),
        PS256: signedWith('sha256', pss(kit), kit),
        ES256: signedWith('sha256', { key: privateKey, dsaEncoding: 'ieee-p1363' }, kit),
      });
    },
  }),
];

function named(...algorithms: readonly string[]): Readonly<Record<string, JsonObject>> {
  return Object.fromEntries(algorithms.map((alg) => [alg, { alg }]));
}

/** RSASSA-PSS with a salt as long as the hash (RFC 7518 §3.5). */
function pss({ active }: ForgeKit): SignKeyObjectInput {
  return { key: active.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
}

function signedWith(
  hash: string,
  key: Parameters<typeof sign>[2],
  kit: ForgeKit,
  members: JsonObject = {},
): string {
  const input = signingInput(kit, members);
  return `${input}.${encodeSegment(sign(hash, Buffer.from(input), key))}`;
}

function signingInput({ header, claims }: ForgeKit, members: JsonObject): string {
  return `${encodeSegment({ ...header, ...members })}.${encodeSegment(claims)}`;
}
