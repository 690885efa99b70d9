import type { JsonObject } from '../forgeries/forgery.ts';
import type { TokenContext } from '../tokens.ts';
import { nameClaims, type Preset } from './preset.ts';

/** Google: its access tokens are opaque, so what a backend verifies is an ID token, whose `aud` is a client. */
export const google: Preset = {
  name: 'google',
  issuerPath: '',
  paths: {
    jwks: '/oauth2/v3/certs',
    authorize: '/o/oauth2/v2/auth',
    token: '/token',
    userinfo: '/v1/userinfo',
    introspection: null,
    revocation: '/revoke',
    endSession: null,
  },
  jwk: {},
  references: [
    'https://developers.google.com/identity/openid-connect/reference',
    'https://cloud.google.com/nodejs/docs/reference/google-auth-library/latest/google-auth-library/tokenpayload',
  ],
  typ: 'JWT',
  accessToken: (context) => claims(context, context.audience),
  idToken: (context) => claims(context, context.clientId ?? context.audience),
};

function claims(context: TokenContext, audience: string): JsonObject {
  const { issuer, user, clientId, nonce, jti, lifetime, now } = context;
  return {
    iss: issuer,
    azp: clientId ?? audience,
    aud: audience,
    sub: user?.sub ?? clientId,
    // The domain of an organisation's account.
    hd: user?.email.split('@')[1],
    email: user?.email,
    email_verified: user ? true : undefined,
    nonce,
    ...nameClaims(context),
    iat: now,
    exp: now + lifetime,
    jti,
  };
}
