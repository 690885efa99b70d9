import { randomBytes } from 'node:crypto';
import type { Check } from '../../model.ts';
import { bytes, gzipped, keySetText, offersGzip } from './encodings.ts';
import { respond } from './faults.ts';
import { newKid } from './odd-key.ts';
import { oddRefresh } from './refresh.ts';

const BYTE_ORDER_MARK = '\uFEFF';
/** So many that their import takes time, and so few that the control of the identity provider takes them in one request. */
const MANY = 2_000;
const DEPTH = 20_000;

/** Key sets that hold more than usable keys, or come in another form than usual (RFC 7517 §5, §8.5.2). */
export const documentFormChecks: readonly Check[] = [
  besides('doc-malformed-key-beside-good', () => [
    { kty: 'RSA', use: 'sig', alg: 'RS256', kid: newKid(), n: '!!!', e: 'AQAB' },
    { kty: 'RSA', use: 'sig', alg: 'RS256', kid: newKid(), e: 'AQAB' },
    { kty: 'RSA', use: 'sig', alg: 'RS256', kid: newKid(), n: randomBytes(256).toString('base64url') },
  ]),
  besides('doc-unknown-kty-beside-good', () => [
    { kty: 'AKP', alg: 'ML-DSA-44', kid: newKid(), pub: randomBytes(1312).toString('base64url') },
    { kty: 'OKP', crv: 'Ed448', kid: newKid(), x: randomBytes(57).toString('base64url') },
    { kty: 'ZZZ', kid: newKid() },
  ]),
  besides('doc-nonobject-entry', () => [null, 'x', 1]),
  oddRefresh('doc-extra-members', 'accepted', () => [
    {
      label: '',
      answer: (ring, stranger) => {
        const keys = [...ring, stranger].map((jwk) => ({ ...jwk, 'x-issued': { at: 1 }, iat: 1 }));
        return respond(200, keySetText(keys, { 'x-next-update': 3600, links: [] }));
      },
    },
  ]),
  oddRefresh('doc-content-type', 'accepted', () =>
    ['application/jwk-set+json', 'application/json;charset=utf-8'].map((type) => ({
      label: type,
      answer: (ring, stranger) => respond(200, keySetText([...ring, stranger]), { 'content-type': type }),
    })),
  ),
  oddRefresh('doc-bom-utf16', 'either', () => [
    {
      label: 'byte order mark',
      answer: (ring, stranger) => respond(200, BYTE_ORDER_MARK + keySetText([...ring, stranger])),
    },
    {
      label: 'UTF-16',
      answer: (ring, stranger) =>
        bytes(Buffer.from(BYTE_ORDER_MARK + keySetText([...ring, stranger]), 'utf16le')),
    },
  ]),
  oddRefresh('doc-many-keys', 'either', () => [
    {
      label: '',
      answer: (ring, stranger) => {
        const others = Array.from({ length: MANY }, manufactured);
        return respond(200, keySetText([...ring, ...others, stranger]));
      },
    },
  ]),
  oddRefresh('doc-deep-json', 'either', () => [
    {
      label: '',
      answer: (ring, stranger) => {
        const deep = '['.repeat(DEPTH) + ']'.repeat(DEPTH);
        return respond(200, keySetText([...ring, stranger]).replace('{', `{"deep":${deep},`));
      },
    },
  ]),
  oddRefresh(
    'doc-gzip',
    'accepted',
    async (lab) =>
      (await offersGzip(lab))
        ? [{ label: '', answer: (ring, stranger) => gzipped(keySetText([...ring, stranger])) }]
        : [],
    { none: 'the backend takes no gzip when it fetches the key set' },
  ),
];

/** Judges that an entry nobody can use harms no other, wherever it stands: the stranger's key works all the same. */
function besides(id: string, entries: () => readonly unknown[]): Check {
  return oddRefresh(id, 'accepted', () => [
    {
      label: '',
      answer: (ring, stranger) => respond(200, keySetText([...entries(), ...ring, stranger])),
    },
  ]);
}

/** A JWK like any other, but for a modulus that nobody knows the factors of. */
function manufactured(): object {
  const modulus = randomBytes(256);
  modulus.writeUInt8(modulus.readUInt8(0) | 0x80, 0);
  modulus.writeUInt8(modulus.readUInt8(255) | 1, 255);
  return { kty: 'RSA', kid: randomBytes(6).toString('hex'), n: modulus.toString('base64url'), e: 'AQAB' };
}
