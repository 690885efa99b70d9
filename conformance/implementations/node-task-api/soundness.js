import { createPublicKey } from 'node:crypto';

/** What the contract asks of claims beyond `iss`, `aud` and the times, for hooks that see the verified payload. */
export function hasSoundClaims({ sub, exp, iat }) {
  const isIssued = iat === undefined || Number.isFinite(iat);
  return typeof sub === 'string' && sub !== '' && Number.isFinite(exp) && isIssued;
}

/** Whether a published key may verify RS256 signatures (RFC 7517 §4.2 to §4.4, RFC 7518 §3.3). */
export function isSigningKey(jwk) {
  if (jwk?.kty !== 'RSA' || typeof jwk.kid !== 'string') return false;
  if ((jwk.use ?? 'sig') !== 'sig' || (jwk.alg ?? 'RS256') !== 'RS256') return false;
  if (jwk.key_ops !== undefined && !jwk.key_ops.includes?.('verify')) return false;
  try {
    const { modulusLength, publicExponent } = createPublicKey({
      key: jwk,
      format: 'jwk',
    }).asymmetricKeyDetails;
    return modulusLength >= 2048 && publicExponent >= 3n;
  } catch {
    return false;
  }
}
