import type { JWTPayload } from 'jose';
import type { Issuer } from '../issuer.ts';

export interface VerifyOptions {
  /** Whether an expired token will do, as a hint at who it was for (OpenID Connect RP-Initiated Logout §2). */
  readonly expired?: boolean;
}

/** The claims of a token that this issuer signed with a published key and has not revoked. */
export async function verifiedClaims(
  token: string,
  issuer: Issuer,
  { expired = false }: VerifyOptions = {},
): Promise<JWTPayload | undefined> {
  // Loaded when first needed: few runs ever ask, and every run would wait for it to load.
  const { decodeJwt, decodeProtectedHeader, jwtVerify } = await import('jose');
  try {
    const { kid } = decodeProtectedHeader(token);
    const key = (await issuer.state.keyRing.published()).find((candidate) => candidate.kid === kid);
    if (key === undefined) return undefined;
    const { exp = 0 } = decodeJwt(token);
    const { payload } = await jwtVerify(token, key.publicKey, {
      issuer: issuer.issuer,
      algorithms: [key.alg],
      currentDate: new Date(expired ? Math.min(issuer.now(), (exp - 1) * 1000) : issuer.now()),
    });
    return issuer.state.grants.isRevoked(token, payload.jti) ? undefined : payload;
  } catch {
    return undefined;
  }
}
