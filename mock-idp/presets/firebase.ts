import type { JsonObject } from '../forgeries/forgery.ts';
import type { TokenContext } from '../tokens.ts';
import type { Preset } from './preset.ts';

/** Firebase Authentication: `iss` and `aud` both hold the project. Give it as the name of the issuer and as the audience. */
export const firebase: Preset = {
  name: 'firebase',
  issuerPath: '',
  paths: {
    jwks: '/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com',
    authorize: null,
    token: '/v1/token',
    userinfo: null,
    introspection: null,
    revocation: null,
    endSession: null,
  },
  jwk: {},
  references: [
    'https://firebase.google.com/docs/auth/admin/verify-id-tokens',
    'https://firebase.google.com/docs/reference/admin/node/firebase-admin.auth.decodedidtoken',
  ],
  typ: 'JWT',
  accessToken: claims,
  idToken: claims,
};

function claims({
  issuer,
  audience,
  user,
  clientId,
  authTime,
  nonce,
  jti,
  lifetime,
  now,
}: TokenContext): JsonObject {
  const subject = user?.sub ?? clientId;
  return {
    name: user?.name,
    iss: issuer,
    aud: audience,
    auth_time: authTime ?? now,
    user_id: subject,
    sub: subject,
    iat: now,
    exp: now + lifetime,
    email: user?.email,
    email_verified: user ? true : undefined,
    firebase: {
      identities: user ? { email: [user.email] } : {},
      sign_in_provider: user ? 'password' : 'custom',
    },
    nonce,
    jti,
  };
}
