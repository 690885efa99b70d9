import type { Client } from '../clients.ts';
import type { Issuer } from '../issuer.ts';
import { OAuthError, parameter } from './oauth-error.ts';
import { audienceOf, words } from './scope.ts';

/** What a client asks a user for (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1). */
export interface AuthorizationRequest {
  readonly scope: string;
  readonly nonce: string | undefined;
  readonly audience: string | undefined;
  readonly challenge: string | undefined;
  readonly challengeMethod: 'S256' | 'plain';
  readonly prompts: readonly string[];
  readonly loginHint: string | undefined;
  /** Seconds that a sign-in may be old. */
  readonly maxAge: number;
  /** The request itself, without what a user has typed in. */
  readonly query: URLSearchParams;
}

/** Fields of the page where a user signs in. */
const PAGE_FIELDS: readonly string[] = ['user', 'email', 'password', 'deny'];

/** Where the answer goes. Known before the rest of a request is looked at, for that is where errors go, too. */
export interface ReturnAddress {
  readonly client: Client;
  readonly redirectUri: string;
  /** As sent. */
  readonly redirectUriParameter: string | undefined;
  readonly state: string | undefined;
}

/** @throws OAuthError for the user to see: a client that is not known must not be given anything (RFC 6749 §4.1.2.1) */
export function returnAddress(parameters: URLSearchParams, issuer: Issuer): ReturnAddress {
  const clientId = parameter(parameters, 'client_id');
  if (clientId === undefined) throw new OAuthError('invalid_request', '"client_id" is missing');
  const client = issuer.common.clients.find(clientId);
  if (client === undefined)
    throw new OAuthError('invalid_client', `No client is called "${clientId.slice(0, 64)}"`);
  const sent = parameter(parameters, 'redirect_uri');
  const [only, ...others] = client.redirectUris ?? [];
  const redirectUri = sent ?? (others.length === 0 ? only : undefined);
  if (redirectUri === undefined) throw new OAuthError('invalid_request', '"redirect_uri" is missing');
  if (client.redirectUris !== undefined && !client.redirectUris.includes(redirectUri)) {
    throw new OAuthError('invalid_request', 'redirect_uri is not one of those of the client');
  }
  assertRedirectable(redirectUri, 'redirect_uri');
  return { client, redirectUri, redirectUriParameter: sent, state: parameter(parameters, 'state') };
}

/** A URI a browser may be sent to: absolute, without a fragment (RFC 6749 §3.1.2), in ASCII (RFC 3986 §2), and no script. */
export function assertRedirectable(uri: string, name: string): void {
  const parsed = URL.canParse(uri) ? new URL(uri) : undefined;
  if (parsed === undefined || uri.includes('#') || /[^\x21-\x7e]/u.test(uri)) {
    throw new OAuthError('invalid_request', `${name} is no absolute URI without a fragment`);
  }
  if (['javascript:', 'data:', 'vbscript:', 'blob:', 'file:'].includes(parsed.protocol)) {
    throw new OAuthError('invalid_request', `${name} has a scheme that a browser must not be sent to`);
  }
}

/** @throws OAuthError for the client to see */
export function authorizationRequest(parameters: URLSearchParams): AuthorizationRequest {
  const responseType = parameter(parameters, 'response_type');
  if (responseType === undefined) throw new OAuthError('invalid_request', '"response_type" is missing');
  if (responseType !== 'code') {
    throw new OAuthError('unsupported_response_type', 'Only response_type=code is known (RFC 9700 §2.1.2)');
  }
  const responseMode = parameter(parameters, 'response_mode') ?? 'query';
  if (responseMode !== 'query') throw new OAuthError('invalid_request', 'Only response_mode=query is known');
  for (const name of ['request', 'request_uri'] as const) {
    if (parameters.has(name)) throw new OAuthError(`${name}_not_supported`, `"${name}" is not known here`);
  }
  return {
    scope: parameter(parameters, 'scope') ?? '',
    nonce: parameter(parameters, 'nonce'),
    audience: audienceOf(parameters),
    ...challengeOf(parameters),
    prompts: words(parameter(parameters, 'prompt') ?? ''),
    loginHint: parameter(parameters, 'login_hint'),
    maxAge: maxAgeOf(parameters),
    query: new URLSearchParams([...parameters].filter(([name]) => !PAGE_FIELDS.includes(name))),
  };
}

/** RFC 7636 §4.2, §4.3. */
function challengeOf(
  parameters: URLSearchParams,
): Pick<AuthorizationRequest, 'challenge' | 'challengeMethod'> {
  const challenge = parameter(parameters, 'code_challenge');
  const method = parameter(parameters, 'code_challenge_method');
  if (challenge === undefined && method !== undefined) {
    throw new OAuthError('invalid_request', '"code_challenge" is missing');
  }
  const challengeMethod = method ?? 'plain';
  if (challengeMethod !== 'S256' && challengeMethod !== 'plain') {
    throw new OAuthError('invalid_request', 'code_challenge_method is S256 or plain');
  }
  if (challenge !== undefined && !/^[\w.~-]{43,128}$/u.test(challenge)) {
    throw new OAuthError(
      'invalid_request',
      'code_challenge has 43 to 128 letters, digits, "-", ".", "_" or "~"',
    );
  }
  return { challenge, challengeMethod };
}

function maxAgeOf(parameters: URLSearchParams): number {
  const text = parameter(parameters, 'max_age');
  if (text === undefined) return Infinity;
  if (!/^\d{1,10}$/u.test(text)) throw new OAuthError('invalid_request', 'max_age is a number of seconds');
  return Number(text);
}
