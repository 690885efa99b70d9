import { constants, createHmac, publicDecrypt, createHash, verify, type KeyObject } from 'node:crypto';
import { invalidToken } from './answer.ts';
import type { Bug } from './bugs.ts';
import { encodeHeader, type Jws } from './jws.ts';
import type { PublishedKey } from './import-keys.ts';

/** RSASSA-PKCS1-v1_5 with SHA-256 over the received bytes (RFC 7515 §5.2, RFC 7518 §3.3). */
export function checkSignature(jws: Jws, key: PublishedKey, bug: Bug): void {
  if (bug('decode-only') || bug('async-verify-not-awaited')) return;
  if (bug('unsecured-two-parts') && jws.isUnsecured) return;
  if (bug('empty-sig-skip') && jws.signature.length === 0) return;
  const { alg } = jws.header;
  const none = typeof alg === 'string' && alg.trim().toLowerCase() === 'none';
  if (none && bug('none-any-signature') && jws.signature.length > 0) return;
  const noneBugs = ['none-accepted', 'none-blocklist-case', 'none-blocklist-trim'] as const;
  if (none && jws.signature.length === 0 && noneBugs.some((name) => bug(name))) return;
  if (typeof alg === 'string' && alg.startsWith('HS') && hmacMatches(jws, alg, key, bug)) return;
  if (alg === 'ES256' && ecMatches(jws, key)) return;
  if (!rsaMatches(jws, key, bug)) throw invalidToken();
}

/** For gates that let the key set decide; nobody else comes here with such an algorithm. */
function ecMatches({ signingInput, signature }: Jws, { publicKey }: PublishedKey): boolean {
  if (publicKey.asymmetricKeyType !== 'ec') return false;
  return verify(
    'sha256',
    Buffer.from(signingInput),
    { key: publicKey, dsaEncoding: 'ieee-p1363' },
    signature,
  );
}

function rsaMatches(jws: Jws, { publicKey, jwk }: PublishedKey, bug: Bug): boolean {
  if (publicKey.asymmetricKeyType !== 'rsa') return false;
  if (bug('sig-256-bytes') && jws.signature.length !== 256) return false;
  if (bug('weak-key-500') && (publicKey.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) {
    throw new TypeError('the key is too short');
  }
  const data = Buffer.from(jws.signingInput);
  const alg = bug('jwk-alg-drives-crypto') ? (jwk['alg'] ?? jws.header['alg']) : jws.header['alg'];
  const name = typeof alg === 'string' ? alg.toUpperCase() : 'RS256';
  if (name.startsWith('PS')) return pssMatches(data, jws.signature, digestOf(name), publicKey);
  if (bug('digest-from-signature')) {
    return ['sha1', 'sha256', 'sha384', 'sha512'].some((digest) =>
      verify(digest, data, publicKey, jws.signature),
    );
  }
  if (bug('pkcs1-tail-compare') && digestAnywhere(data, jws.signature, publicKey)) return true;
  if (bug('pss-auto') && pssMatches(data, jws.signature, 'sha256', publicKey)) return true;
  if (bug('header-reserialised')) {
    const known = Buffer.from(`${encodeHeader(jws.header)}.${jws.payloadSegment}`);
    if (verify('sha256', known, publicKey, jws.signature)) return true;
  }
  const signature = bug('sig-bigint-import') ? asInteger(jws.signature, publicKey) : jws.signature;
  return verify(digestOf(name), data, publicKey, signature);
}

const digestOf = (alg: string): string =>
  alg.endsWith('512') ? 'sha512' : alg.endsWith('384') ? 'sha384' : 'sha256';

function pssMatches(data: Buffer, signature: Buffer, digest: string, key: KeyObject): boolean {
  return verify(digest, data, { key, padding: constants.RSA_PKCS1_PSS_PADDING }, signature);
}

/** Recovers the block and looks for the digest in it, whatever the padding around it. */
function digestAnywhere(data: Buffer, signature: Buffer, key: KeyObject): boolean {
  try {
    const block = publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature);
    return block.includes(createHash('sha256').update(data).digest());
  } catch {
    return false;
  }
}

/** Reads the signature as a number: leading zeros and multiples of the modulus vanish. */
function asInteger(signature: Buffer, key: KeyObject): Buffer {
  const modulus = BigInt(
    `0x${Buffer.from(key.export({ format: 'jwk' }).n ?? '', 'base64url').toString('hex')}`,
  );
  const value = BigInt(`0x${signature.toString('hex') || '0'}`) % modulus;
  const length = Math.ceil(modulus.toString(16).length / 2);
  return Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex');
}

/** The serialisations of a public key that some verifier has used as an HMAC secret, by the bug that lets them in. */
function hmacMatches(jws: Jws, alg: string, { publicKey, jwk }: PublishedKey, bug: Bug): boolean {
  if (bug('hs256-only-blocked') && alg === 'HS256') return false;
  if (publicKey.type === 'secret') return hmacOf(jws, alg, publicKey.export()).equals(jws.signature);
  const spki = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const pkcs1 = publicKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const secrets = [
    ...(bug('alg-from-header-hmac') || bug('hs256-only-blocked') ? [spki] : []),
    ...(bug('pem-guard-spki-only') ? [pkcs1] : []),
    ...(bug('pem-guard-no-der') ? [publicKey.export({ type: 'spki', format: 'der' })] : []),
    ...(bug('jwk-as-secret') ? [JSON.stringify(jwk)] : []),
    ...(bug('modulus-as-secret') ? [String(jwk['n']), Buffer.from(String(jwk['n']), 'base64url')] : []),
    ...(bug('empty-secret-fallback') ? [''] : []),
    ...(bug('dev-secret-left') ? ['secret', 'changeme', 'password'] : []),
    ...(bug('alg-without-jwk-alg') && jwk['alg'] === undefined ? ['', spki, JSON.stringify(jwk)] : []),
  ];
  return secrets.some((secret) => hmacOf(jws, alg, secret).equals(jws.signature));
}

function hmacOf({ signingInput }: Jws, alg: string, secret: string | Buffer): Buffer {
  return createHmac(`sha${alg.slice(2)}`, secret)
    .update(signingInput)
    .digest();
}
