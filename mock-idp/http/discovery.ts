import type { Issuer } from '../issuer.ts';
import { overlay } from '../json.ts';
import { GRANT_TYPES_SUPPORTED } from './token-endpoint.ts';

/**
 * RFC 8414 §2, OpenID Connect Discovery §3. Names only what is there: a document that promises more than the server
 * keeps is a fault nobody asked for.
 */
export async function metadata({ issuer, baseUrl, jwksUrl, state }: Issuer): Promise<object> {
  const { preset, metadata } = state.settings;
  const algorithms = await state.keyRing.algorithms();
  const document = {
    issuer,
    authorization_endpoint: preset.paths.authorize,
    token_endpoint: preset.paths.token,
    jwks_uri: jwksUrl,
    userinfo_endpoint: preset.paths.userinfo,
    introspection_endpoint: preset.paths.introspection,
    revocation_endpoint: preset.paths.revocation,
    end_session_endpoint: preset.paths.endSession,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: GRANT_TYPES_SUPPORTED,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [...new Set(algorithms)],
    scopes_supported: ['openid', 'profile', 'email'],
    claims_supported: ['iss', 'aud', 'sub', 'email', 'name', 'iat', 'exp', 'auth_time', 'nonce', 'sid'],
    code_challenge_methods_supported: ['S256', 'plain'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
    authorization_response_iss_parameter_supported: true,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
  };
  return overlay(Object.fromEntries(Object.entries(document).flatMap(endpointAt(baseUrl))), metadata);
}

/** The URL of each endpoint; none for one that the provider has not. */
function endpointAt(baseUrl: string): (member: [string, unknown]) => readonly [string, unknown][] {
  return ([name, value]) => {
    if (value === null) return [];
    return [[name, name.endsWith('_endpoint') && typeof value === 'string' ? baseUrl + value : value]];
  };
}
