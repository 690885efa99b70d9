import { json } from './answer.ts';
import type { Call, Route, Routes } from './route.ts';

const jwks: Route = {
  endpoint: 'jwks',
  fault: 'jwks',
  methods: { GET: async ({ issuer }) => json(200, await issuer.keyRing.jwks()) },
};

const discovery: Route = {
  endpoint: 'discovery',
  fault: 'discovery',
  methods: { GET: ({ issuer }) => json(200, metadata(issuer)) },
};

const alive: Route = { endpoint: 'other', methods: { GET: () => json(200, { status: 'ok' }) } };

/** The endpoints that other servers look for, and the probes of whoever starts this one. */
export const wellKnownRoutes: Routes = {
  '/.well-known/jwks.json': jwks,
  '/jwks': jwks,
  '/api/auth/jwks': jwks,
  '/.well-known/openid-configuration': discovery,
  '/.well-known/oauth-authorization-server': discovery,
  '/isalive': alive,
  '/health': alive,
};

/** Names only what is there: a document that promises more than the server keeps is a fault nobody asked for. */
function metadata({ issuer, baseUrl, jwksUrl }: Call['issuer']): object {
  return {
    issuer,
    jwks_uri: jwksUrl,
    userinfo_endpoint: `${baseUrl}/userinfo`,
    introspection_endpoint: `${baseUrl}/introspect`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    claims_supported: ['iss', 'aud', 'sub', 'email', 'name', 'iat', 'exp'],
  };
}
