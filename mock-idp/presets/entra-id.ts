import { uuidOf } from '../uuid.ts';
import { DEFAULT_CLIENT, isForClient, type Preset } from './preset.ts';

/**
 * Microsoft Entra ID, version 2.0: the issuer is a tenant, `scp` is the scope, `oid` the user, and a key has no `alg`.
 * Give the tenant as the name of the issuer.
 */
export const entraId: Preset = {
  name: 'entra-id',
  issuerPath: '/v2.0',
  paths: {
    jwks: '/discovery/v2.0/keys',
    authorize: '/oauth2/v2.0/authorize',
    token: '/oauth2/v2.0/token',
    userinfo: '/oidc/userinfo',
    introspection: null,
    revocation: null,
    endSession: '/oauth2/v2.0/logout',
  },
  jwk: { alg: null },
  references: [
    'https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference',
    'https://learn.microsoft.com/en-us/entra/identity-platform/id-token-claims-reference',
  ],
  typ: 'JWT',
  accessToken: (context) => {
    const {
      issuer,
      audience,
      user,
      clientId = DEFAULT_CLIENT,
      scope = 'access_as_user',
      lifetime,
      now,
      jti,
    } = context;
    const forClient = isForClient(context);
    return {
      aud: audience,
      iss: issuer,
      iat: now,
      nbf: now,
      exp: now + lifetime,
      azp: clientId,
      // 0: a public client, 1: one with a secret.
      azpacr: forClient ? '1' : '0',
      idtyp: forClient ? 'app' : undefined,
      name: user?.name,
      oid: uuidOf(`oid ${user?.sub ?? clientId}`),
      preferred_username: user?.email,
      scp: forClient ? undefined : scope,
      roles: forClient ? [] : undefined,
      sub: user?.sub ?? uuidOf(`oid ${clientId}`),
      tid: tenantOf(issuer),
      uti: jti ?? uuidOf(`uti ${user?.sub ?? clientId} ${now}`),
      // Ours, so that a revoked grant is known again; the provider says it in `uti`.
      jti,
      ver: '2.0',
    };
  },
  idToken: ({ issuer, user, clientId, nonce, lifetime, now }) => ({
    ver: '2.0',
    iss: issuer,
    sub: user?.sub,
    aud: clientId,
    exp: now + lifetime,
    iat: now,
    nbf: now,
    name: user?.name,
    preferred_username: user?.email,
    oid: uuidOf(`oid ${user?.sub ?? ''}`),
    email: user?.email,
    tid: tenantOf(issuer),
    nonce,
  }),
};

/** The path segment before the version. */
function tenantOf(issuer: string): string {
  return /([^/]+)\/v2\.0$/u.exec(issuer)?.[1] ?? issuer;
}
