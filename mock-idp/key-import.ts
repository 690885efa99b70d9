import { createPrivateKey, createPublicKey, createSecretKey, type JsonWebKey } from 'node:crypto';
import type { KeyAlgorithm } from './control.ts';
import { MockIdpError } from './errors.ts';
import type { JsonObject, SigningKey } from './forgeries/forgery.ts';
import { ALGORITHMS, isKeyAlgorithm } from './key-algorithms.ts';
import { type AlgorithmKey, named } from './signing-key.ts';

/**
 * The key of a private JWK (RFC 7517), under its own `kid` or else its thumbprint, for its own `alg` or else the usual
 * one of its type.
 * @throws MockIdpError `invalid_request`, which says nothing of what the key holds
 */
export function importKey(jwk: JsonObject): AlgorithmKey {
  const { kty, crv, alg = usual(jwk), kid } = jwk;
  if (!isKeyAlgorithm(alg)) {
    throw refusal(
      `no key of its "kty" and "alg" can sign here; known are ${Object.keys(ALGORITHMS).join(', ')}`,
    );
  }
  const wanted = ALGORITHMS[alg];
  if (kty !== wanted.kty || (wanted.crv !== undefined && crv !== wanted.crv)) {
    throw refusal(`its "kty" or "crv" is not for ${alg}`);
  }
  const key = named(keyPair(jwk));
  return { ...key, kid: typeof kid === 'string' ? kid : key.kid, alg };
}

function usual({ kty, crv }: JsonObject): KeyAlgorithm | undefined {
  const found = Object.entries(ALGORITHMS).find(
    ([, algorithm]) => algorithm.kty === kty && (algorithm.crv === undefined || algorithm.crv === crv),
  );
  return found?.[0] as KeyAlgorithm | undefined;
}

function keyPair(jwk: JsonObject): Pick<SigningKey, 'privateKey' | 'publicKey'> {
  const { kty, k } = jwk;
  if (kty === 'oct' && typeof k === 'string' && k !== '') {
    const secret = createSecretKey(k, 'base64url');
    return { privateKey: secret, publicKey: secret };
  }
  try {
    const privateKey = createPrivateKey({ key: jwk as JsonWebKey, format: 'jwk' });
    return { privateKey, publicKey: createPublicKey(privateKey) };
  } catch {
    throw refusal('its private members are missing or make no key');
  }
}

function refusal(reason: string): MockIdpError {
  return new MockIdpError('invalid_request', `jwk: expected a private JWK: ${reason}`);
}
