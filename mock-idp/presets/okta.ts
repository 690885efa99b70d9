import { hash } from 'node:crypto';
import { DEFAULT_CLIENT, DEFAULT_SCOPE, type Preset } from './preset.ts';

/** Okta with a custom authorization server: `scp` is a list, `cid` the client. Name the issuer `oauth2/<server>`. */
export const okta: Preset = {
  name: 'okta',
  issuerPath: '',
  paths: {
    jwks: '/v1/keys',
    authorize: '/v1/authorize',
    token: '/v1/token',
    userinfo: '/v1/userinfo',
    introspection: '/v1/introspect',
    revocation: '/v1/revoke',
    endSession: '/v1/logout',
  },
  jwk: {},
  references: [
    'https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/tag/CustomAS',
    'https://developer.okta.com/docs/reference/api/oidc/',
  ],
  typ: undefined,
  accessToken: ({ issuer, audience, user, clientId = DEFAULT_CLIENT, scope = DEFAULT_SCOPE, ...context }) => {
    const { authTime, jti, lifetime, now } = context;
    return {
      ver: 1,
      jti: jti ?? `AT.${hash('sha256', `${user?.sub ?? clientId} ${now}`, 'base64url')}`,
      iss: issuer,
      aud: audience,
      iat: now,
      exp: now + lifetime,
      cid: clientId,
      uid: user && `00u${hash('sha256', user.sub, 'hex').slice(0, 17)}`,
      scp: scope.split(' '),
      auth_time: authTime,
      sub: user?.sub ?? clientId,
    };
  },
  idToken: ({ issuer, user, clientId, authTime, nonce, lifetime, now }) => ({
    sub: user?.sub,
    name: user?.name,
    email: user?.email,
    ver: 1,
    iss: issuer,
    aud: clientId,
    iat: now,
    exp: now + lifetime,
    jti: `ID.${hash('sha256', `${user?.sub ?? ''} ${now}`, 'base64url')}`,
    amr: ['pwd'],
    preferred_username: user?.email,
    auth_time: authTime,
    nonce,
  }),
};
