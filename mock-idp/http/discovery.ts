import type { Issuer } from '../issuer.ts';
import { overlay } from '../json.ts';
import { PATHS } from '../paths.ts';
import { GRANT_TYPES_SUPPORTED } from './token-endpoint.ts';

/**
 * RFC 8414 §2, OpenID Connect Discovery §3. Names only what is there: a document that promises more than the server
 * keeps is a fault nobody asked for.
 */
export async function metadata({ issuer, baseUrl, jwksUrl, state }: Issuer): Promise<object> {
  const algorithms = (await state.keyRing.published()).map(({ alg }) => alg);
  const document = {
    issuer,
    authorization_endpoint: `${baseUrl}${PATHS.authorize[0]}`,
    token_endpoint: `${baseUrl}${PATHS.token[0]}`,
    jwks_uri: jwksUrl,
    userinfo_endpoint: `${baseUrl}${PATHS.userinfo[0]}`,
    introspection_endpoint: `${baseUrl}${PATHS.introspection[0]}`,
    revocation_endpoint: `${baseUrl}${PATHS.revocation[0]}`,
    end_session_endpoint: `${baseUrl}${PATHS.endSession[0]}`,
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
  return overlay(document, state.settings.metadata);
}
