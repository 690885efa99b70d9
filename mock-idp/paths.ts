type PathGroup =
  | 'jwks'
  | 'discovery'
  | 'authorize'
  | 'token'
  | 'revocation'
  | 'endSession'
  | 'userinfo'
  | 'introspection'
  | 'session'
  | 'signIn'
  | 'signUp'
  | 'signOut'
  | 'sessionToken'
  | 'refresh'
  | 'health'
  | 'betterAuthHealth';

/**
 * Where each endpoint is found below an issuer: first where discovery says it is, then where the servers that people
 * know have it, so that a path written down in a backend or client works as it stands.
 */
export const PATHS: Readonly<Record<PathGroup, readonly [string, ...string[]]>> = {
  jwks: [
    '/.well-known/jwks.json',
    '/jwks',
    '/api/auth/jwks',
    '/protocol/openid-connect/certs',
    '/discovery/v2.0/keys',
    '/v1/keys',
    '/oauth2/v3/certs',
    '/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com',
  ],
  discovery: [
    '/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server',
    '/v2.0/.well-known/openid-configuration',
  ],
  authorize: [
    '/authorize',
    '/api/auth/oauth2/authorize',
    '/protocol/openid-connect/auth',
    '/oauth2/v2.0/authorize',
    '/v1/authorize',
    '/o/oauth2/v2/auth',
    '/oauth2/authorize',
  ],
  token: [
    '/token',
    '/api/auth/oauth2/token',
    '/protocol/openid-connect/token',
    '/oauth2/v2.0/token',
    '/v1/token',
    '/oauth/token',
    '/oauth2/token',
  ],
  revocation: [
    '/revoke',
    '/api/auth/oauth2/revoke',
    '/protocol/openid-connect/revoke',
    '/v1/revoke',
    '/oauth/revoke',
    '/oauth2/revoke',
  ],
  endSession: [
    '/endsession',
    '/api/auth/oauth2/end-session',
    '/protocol/openid-connect/logout',
    '/oauth2/v2.0/logout',
    '/v1/logout',
    '/oidc/logout',
    '/logout',
  ],
  userinfo: [
    '/userinfo',
    '/api/auth/oauth2/userinfo',
    '/protocol/openid-connect/userinfo',
    '/oidc/userinfo',
    '/v1/userinfo',
    '/oauth2/userInfo',
  ],
  introspection: [
    '/introspect',
    '/api/auth/oauth2/introspect',
    '/protocol/openid-connect/token/introspect',
    '/v1/introspect',
  ],
  session: ['/api/auth/get-session'],
  signIn: ['/api/auth/sign-in/email'],
  signUp: ['/api/auth/sign-up/email'],
  signOut: ['/api/auth/sign-out'],
  sessionToken: ['/api/auth/token'],
  refresh: ['/api/auth/refresh'],
  health: ['/isalive', '/health'],
  betterAuthHealth: ['/api/auth/ok'],
};

/** Below an issuer, too: the control plane. */
export const CONTROL = '/_mock';

const KNOWN: ReadonlySet<string> = new Set(Object.values(PATHS).flat());

/** Whether a path below an issuer is an endpoint or a part of the control plane. */
export function isEndpointPath(path: string): boolean {
  return KNOWN.has(path) || path === CONTROL || path.startsWith(`${CONTROL}/`);
}

/** All that is below every issuer. */
export function endpointPaths(): readonly string[] {
  return [...KNOWN, CONTROL];
}
