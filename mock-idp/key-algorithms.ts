import { constants, createHmac, type KeyObject, sign, type SignKeyObjectInput } from 'node:crypto';
import { promisify } from 'node:util';
import type { KeyAlgorithm } from './control.ts';

/** What makes and uses a key of one JWS algorithm (RFC 7518 §3.1, RFC 8037 §3.1). */
interface Algorithm {
  readonly kty: 'RSA' | 'EC' | 'OKP' | 'oct';
  /** Absent where the algorithm has its own. */
  readonly digest?: string;
  readonly crv?: string;
  /** How a signature is made, beside the key. */
  readonly options?: Omit<SignKeyObjectInput, 'key'>;
}

const pss = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
} as const;
// JWS has the two numbers side by side (RFC 7518 §3.4), not in DER.
const ecdsa = { dsaEncoding: 'ieee-p1363' } as const;

export const ALGORITHMS: Readonly<Record<KeyAlgorithm, Algorithm>> = {
  RS256: { kty: 'RSA', digest: 'sha256' },
  RS384: { kty: 'RSA', digest: 'sha384' },
  RS512: { kty: 'RSA', digest: 'sha512' },
  PS256: { kty: 'RSA', digest: 'sha256', options: pss },
  PS384: { kty: 'RSA', digest: 'sha384', options: pss },
  PS512: { kty: 'RSA', digest: 'sha512', options: pss },
  ES256: { kty: 'EC', digest: 'sha256', crv: 'P-256', options: ecdsa },
  ES384: { kty: 'EC', digest: 'sha384', crv: 'P-384', options: ecdsa },
  ES512: { kty: 'EC', digest: 'sha512', crv: 'P-521', options: ecdsa },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
  HS256: { kty: 'oct', digest: 'sha256' },
  HS384: { kty: 'oct', digest: 'sha384' },
  HS512: { kty: 'oct', digest: 'sha512' },
};

export function isKeyAlgorithm(alg: unknown): alg is KeyAlgorithm {
  return typeof alg === 'string' && Object.hasOwn(ALGORITHMS, alg);
}

const signOnPool = promisify<string | undefined, Buffer, SignKeyObjectInput, Buffer>(sign);

/** The signature of a signing input, made on the thread pool: minting in bulk uses every core and the server goes on answering. */
export async function signature(alg: KeyAlgorithm, input: string, key: KeyObject): Promise<Buffer> {
  const { kty, digest, options } = ALGORITHMS[alg];
  if (kty === 'oct')
    return createHmac(digest ?? '', key)
      .update(input)
      .digest();
  return signOnPool(digest, Buffer.from(input, 'utf8'), { key, ...options });
}
