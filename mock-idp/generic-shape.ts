import type { TokenShape } from './tokens.ts';

/** Tokens as most providers have them; an OAuth client finds itself in `client_id` (RFC 9068 §2.2). */
export const genericShape: TokenShape = {
  typ: 'JWT',
  accessToken: ({ issuer, audience, user, clientId, scope, jti, lifetime, now }) => ({
    iss: issuer,
    aud: audience,
    sub: user?.sub ?? clientId,
    email: user?.email,
    name: user?.name,
    iat: now,
    exp: now + lifetime,
    client_id: clientId,
    scope,
    jti,
  }),
  // OpenID Connect Core §2.
  idToken: ({ issuer, user, clientId, authTime, sid, nonce, lifetime, now }) => ({
    iss: issuer,
    aud: clientId,
    sub: user?.sub,
    email: user?.email,
    email_verified: true,
    name: user?.name,
    iat: now,
    exp: now + lifetime,
    auth_time: authTime,
    nonce,
    sid,
  }),
};
