import { uuidOf } from '../uuid.ts';
import { DEFAULT_CLIENT, DEFAULT_SCOPE, isForClient, nameClaims, type Preset } from './preset.ts';

/** Keycloak 26: roles by realm and by resource, and `typ` once more among the claims. Name the issuer `realms/<realm>`. */
export const keycloak: Preset = {
  name: 'keycloak',
  issuerPath: '',
  paths: {
    jwks: '/protocol/openid-connect/certs',
    authorize: '/protocol/openid-connect/auth',
    token: '/protocol/openid-connect/token',
    userinfo: '/protocol/openid-connect/userinfo',
    introspection: '/protocol/openid-connect/token/introspect',
    revocation: '/protocol/openid-connect/revoke',
    endSession: '/protocol/openid-connect/logout',
  },
  jwk: {},
  references: [
    'https://www.keycloak.org/securing-apps/oidc-layers',
    'https://phasetwo.io/tutorials/getting-started/your-first-token/',
  ],
  typ: 'JWT',
  accessToken: (context) => {
    const {
      issuer,
      audience,
      user,
      clientId = DEFAULT_CLIENT,
      scope = DEFAULT_SCOPE,
      authTime,
      jti,
      sid,
      lifetime,
      now,
    } = context;
    return {
      exp: now + lifetime,
      iat: now,
      auth_time: authTime,
      jti: jti ?? uuidOf(`jti ${user?.sub ?? clientId} ${now}`),
      iss: issuer,
      aud: audience,
      sub: user?.sub ?? uuidOf(`service-account ${clientId}`),
      typ: 'Bearer',
      azp: clientId,
      sid,
      acr: '1',
      'allowed-origins': [],
      realm_access: { roles: ['offline_access', 'uma_authorization', 'default-roles'] },
      resource_access: { account: { roles: ['manage-account', 'view-profile'] } },
      scope,
      email_verified: user ? true : undefined,
      ...nameClaims(context),
      preferred_username: isForClient(context) ? `service-account-${clientId}` : user?.email,
      email: user?.email,
    };
  },
  idToken: (context) => {
    const { issuer, user, clientId, authTime, sid, nonce, lifetime, now } = context;
    return {
      exp: now + lifetime,
      iat: now,
      auth_time: authTime,
      jti: uuidOf(`id ${user?.sub ?? ''} ${now}`),
      iss: issuer,
      aud: clientId,
      sub: user?.sub,
      typ: 'ID',
      azp: clientId,
      nonce,
      sid,
      acr: '1',
      email_verified: true,
      ...nameClaims(context),
      preferred_username: user?.email,
      email: user?.email,
    };
  },
};
