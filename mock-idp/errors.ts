/** The closed list of what a mock identity provider refuses, in process and over HTTP alike. */
export type MockIdpErrorCode =
  | 'invalid_request'
  | 'unknown_forgery'
  | 'unknown_key'
  | 'invalid_issuer'
  | 'too_many_issuers'
  | 'journal_timeout'
  | 'control_token_required'
  | 'not_found'
  | 'method_not_allowed'
  | 'unsupported_media_type'
  | 'body_too_large'
  | 'closed'
  | 'listen_failed'
  | 'unreachable'
  | 'internal';

/** A refusal in words a user can act on. Never holds a token, key or password. */
export class MockIdpError extends Error {
  override readonly name = 'MockIdpError';
  readonly code: MockIdpErrorCode;

  constructor(code: MockIdpErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
