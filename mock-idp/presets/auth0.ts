import { generic } from './generic.ts';
import { DEFAULT_CLIENT, DEFAULT_SCOPE, isForClient, type Preset } from './preset.ts';

/** Auth0: `iss` ends with a slash, `azp` is the client, and a token for a user who logs in is for userinfo, too. */
export const auth0: Preset = {
  name: 'auth0',
  issuerPath: '/',
  paths: {
    jwks: '/.well-known/jwks.json',
    authorize: '/authorize',
    token: '/oauth/token',
    userinfo: '/userinfo',
    introspection: null,
    revocation: '/oauth/revoke',
    endSession: '/oidc/logout',
  },
  jwk: {},
  references: [
    'https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles',
    'https://auth0.com/docs/get-started/apis/enable-role-based-access-control-for-apis',
  ],
  typ: 'JWT',
  accessToken: (context) => {
    const { issuer, audience, user, clientId = DEFAULT_CLIENT, jti, lifetime, now } = context;
    const forClient = isForClient(context);
    const { scope = forClient ? undefined : DEFAULT_SCOPE } = context;
    return {
      iss: issuer,
      sub: user?.sub ?? `${clientId}@clients`,
      aud: scope?.split(' ').includes('openid') === true ? [audience, `${issuer}userinfo`] : audience,
      iat: now,
      exp: now + lifetime,
      azp: clientId,
      scope,
      gty: forClient ? 'client-credentials' : undefined,
      permissions: [],
      jti,
    };
  },
  idToken: generic.idToken,
};
