import { MockIdpError } from '../errors.ts';
import { type Answer, json, statusOf } from './answer.ts';
import type { Call, Handler } from './route.ts';

/** Errors of OAuth endpoints: RFC 6749 §4.1.2.1 and §5.2, OpenID Connect Core §3.1.2.6. */
export type OAuthErrorCode =
  | 'access_denied'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_request'
  | 'invalid_scope'
  | 'login_required'
  | 'request_not_supported'
  | 'request_uri_not_supported'
  | 'unsupported_grant_type'
  | 'unsupported_response_type';

/** A refusal in the words of OAuth. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly error: OAuthErrorCode;

  constructor(error: OAuthErrorCode, description: string) {
    super(describable(description));
    this.error = error;
  }
}

/** All that may stand in an `error_description` (RFC 6749 §4.1.2.1, §5.2): printable ASCII without `"` and `\\`. */
function describable(text: string): string {
  return text.replaceAll('"', "'").replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/gu, '?');
}

/** Answers of the token endpoint and its kind must not be kept (RFC 6749 §5.1). */
export const NO_STORE: Readonly<Record<string, string>> = { 'cache-control': 'no-store', pragma: 'no-cache' };

/** A handler whose refusals go out as RFC 6749 §5.2 has them. */
export function refusingAsOAuth(handler: (call: Call) => Answer | Promise<Answer>): Handler {
  return async (call) => {
    try {
      return await handler(call);
    } catch (error) {
      return oauthRefusal(error, call.request.headers.authorization !== undefined);
    }
  };
}

function oauthRefusal(error: unknown, hadCredentials: boolean): Answer {
  if (error instanceof OAuthError) {
    const unauthenticated = error.error === 'invalid_client';
    // Demanded of a client that came with the header; any other would take it for a challenge.
    const challenge = unauthenticated && hadCredentials && { 'www-authenticate': 'Basic realm="OAuth"' };
    return json(
      unauthenticated ? 401 : 400,
      { error: error.error, error_description: error.message },
      { ...NO_STORE, ...challenge },
    );
  }
  if (!(error instanceof MockIdpError)) throw error;
  const description = { error: 'invalid_request', error_description: describable(error.message) };
  return json(statusOf(error.code), description, NO_STORE);
}

/** A parameter, which may be sent once only (RFC 6749 §3.1, §3.2). An empty one counts as left out. */
export function parameter(parameters: URLSearchParams, name: string): string | undefined {
  const values = parameters.getAll(name);
  if (values.length > 1) throw new OAuthError('invalid_request', `"${name}" is sent more than once`);
  return values[0] === '' ? undefined : values[0];
}

export function requiredParameter(parameters: URLSearchParams, name: string): string {
  const value = parameter(parameters, name);
  if (value === undefined) throw new OAuthError('invalid_request', `"${name}" is missing`);
  return value;
}
