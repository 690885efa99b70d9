import { userRow } from '../users.ts';
import { generic } from './generic.ts';
import type { Preset } from './preset.ts';

/** Better Auth 1.7 with its JWT plugin set to RS256: the whole user row is in the token, and a key has no `use`. */
export const betterAuth: Preset = {
  name: 'better-auth',
  issuerPath: '',
  paths: {
    jwks: '/api/auth/jwks',
    authorize: '/api/auth/oauth2/authorize',
    token: '/api/auth/oauth2/token',
    userinfo: '/api/auth/oauth2/userinfo',
    introspection: '/api/auth/oauth2/introspect',
    revocation: '/api/auth/oauth2/revoke',
    endSession: '/api/auth/oauth2/end-session',
  },
  jwk: { use: null },
  references: ['https://better-auth.com/docs/plugins/jwt'],
  typ: undefined,
  accessToken: ({ issuer, audience, user, clientId, scope, jti, lifetime, now }) => ({
    iat: now,
    ...(user && userRow(user)),
    sub: user?.sub ?? clientId,
    exp: now + lifetime,
    iss: issuer,
    aud: audience,
    azp: clientId,
    scope,
    jti,
  }),
  idToken: generic.idToken,
};
