import { PATHS } from '../paths.ts';
import { overlay } from '../json.ts';
import { json } from './answer.ts';
import { cached } from './caching.ts';
import { at, type Call, type Routes } from './route.ts';

/** The endpoints that other servers look for, and the probes of whoever starts this one. */
export const wellKnownRoutes: Routes = {
  ...at(PATHS.jwks, {
    endpoint: 'jwks',
    methods: {
      GET: async (call) => cached(json(200, await call.issuer.state.keyRing.serve()), 'jwks', call),
    },
  }),
  ...at(PATHS.discovery, {
    endpoint: 'discovery',
    methods: { GET: (call) => cached(json(200, metadata(call.issuer)), 'discovery', call) },
  }),
  ...at(PATHS.health, { endpoint: 'other', methods: { GET: () => json(200, { status: 'ok' }) } }),
};

/** Names only what is there: a document that promises more than the server keeps is a fault nobody asked for. */
function metadata({ issuer, baseUrl, jwksUrl, state }: Call['issuer']): object {
  const document = {
    issuer,
    jwks_uri: jwksUrl,
    userinfo_endpoint: `${baseUrl}${PATHS.userinfo[0]}`,
    introspection_endpoint: `${baseUrl}${PATHS.introspection[0]}`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    claims_supported: ['iss', 'aud', 'sub', 'email', 'name', 'iat', 'exp'],
  };
  return overlay(document, state.settings.metadata);
}
