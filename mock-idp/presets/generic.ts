import { PATHS } from '../paths.ts';
import type { Preset } from './preset.ts';

/** What most providers have in common, where no preset is chosen. */
export const generic: Preset = {
  name: null,
  issuerPath: '',
  paths: {
    jwks: PATHS.jwks[0],
    authorize: PATHS.authorize[0],
    token: PATHS.token[0],
    userinfo: PATHS.userinfo[0],
    introspection: PATHS.introspection[0],
    revocation: PATHS.revocation[0],
    endSession: PATHS.endSession[0],
  },
  jwk: {},
  references: ['RFC 9068 §2.2', 'OpenID Connect Core §2'],
  typ: 'JWT',
  // An OAuth client finds itself in `client_id`.
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
