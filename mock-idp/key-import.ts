import { createPrivateKey, createPublicKey, createSecretKey, type JsonWebKey } from 'node:crypto';
import type { KeyAlgorithm } from './control.ts';
import { MockIdpError } from './errors.ts';
import type { JsonObject, SigningKey } from './forgeries/forgery.ts';
import { ALGORITHMS, isKeyAlgorithm } from './key-algorithms.ts';
import { type AlgorithmKey, named } from './signing-key.ts';

/**
 * The key of a private JWK (RFC 7517), under its own `kid` or else its thumbprint, for its own `alg` or else the usual
 * one of its type.
 * @param where it was given, for error messages
 * @throws MockIdpError `invalid_request`, which says nothing of what the key holds
 */
export function importKey(jwk: JsonObject, where = 'jwk'): AlgorithmKey {
  const { kty, crv, alg = usual(jwk), kid } = jwk;
  if (!isKeyAlgorithm(alg)) {
    throw refusal(
      where,
      `no key of its "kty" and "alg" can sign here; known are ${Object.keys(ALGORITHMS).join(', ')}`,
    );
  }
  const wanted = ALGORITHMS[alg];
  if (kty !== wanted.kty || (wanted.crv !== undefined && crv !== wanted.crv)) {
    throw refusal(where, `its "kty" or "crv" is not for ${alg}`);
  }
  const key = named(keyPair(jwk, where));
  return { ...key, kid: typeof kid === 'string' ? kid : key.kid, alg };
}

/**
 * The keys that a server is to begin with, each under a kid of its own.
 * @throws MockIdpError `invalid_request`
 */
export function importKeys(jwks: readonly JsonObject[]): readonly AlgorithmKey[] {
  const keys = jwks.map((jwk, index) => importKey(jwk, `signingKeys.${index}`));
  const again = keys.findIndex(({ kid }, index) => keys.slice(0, index).some((key) => key.kid === kid));
  if (again < 0) return keys;
  throw new MockIdpError('invalid_request', `signingKeys.${again}: a key before it has the same kid`);
}

function usual({ kty, crv }: JsonObject): KeyAlgorithm | undefined {
  const found = Object.entries(ALGORITHMS).find(
    ([, algorithm]) => algorithm.kty === kty && (algorithm.crv === undefined || algorithm.crv === crv),
  );
  return found?.[0] as KeyAlgorithm | undefined;
}

function keyPair(jwk: JsonObject, where: string): Pick<SigningKey, 'privateKey' | 'publicKey'> {
  const { kty, k } = jwk;
  if (kty === 'oct' && typeof k === 'string' && k !== '') {
    const secret = createSecretKey(k, 'base64url');
    return { privateKey: secret, publicKey: secret };
  }
  try {
    const privateKey = createPrivateKey({ key: jwk as JsonWebKey, format: 'jwk' });
    return { privateKey, publicKey: createPublicKey(privateKey) };
  } catch {
    throw refusal(where, 'its private members are missing or make no key');
  }
}

function refusal(where: string, reason: string): MockIdpError {
  return new MockIdpError('invalid_request', `${where}: expected a private JWK: ${reason}`);
}
