/** An answer other than success; whatever cannot serve a request throws it. */
export class ApiError extends Error {
  constructor(code, message, headers = {}) {
    super(message);
    this.code = code;
    this.headers = headers;
  }
}

const STATUS = {
  validation_failed: [400, 'Bad Request'],
  missing_token: [401, 'Unauthorized'],
  invalid_token: [401, 'Unauthorized'],
  token_expired: [401, 'Unauthorized'],
  forbidden: [403, 'Forbidden'],
  not_found: [404, 'Not Found'],
  method_not_allowed: [405, 'Method Not Allowed'],
  body_too_large: [413, 'Content Too Large'],
  unsupported_media_type: [415, 'Unsupported Media Type'],
  internal_error: [500, 'Internal Server Error'],
  jwks_unavailable: [503, 'Service Unavailable'],
};

const challenge = (description) => ({
  'www-authenticate': `Bearer realm="tasks", error="invalid_token", error_description="${description}"`,
});

/** What a gate refuses, as the contract words it; a library's own words go to nobody. */
const REFUSALS = {
  missing_token: ['Access token is missing', { 'www-authenticate': 'Bearer realm="tasks"' }],
  invalid_token: ['Invalid token', challenge('Invalid token')],
  token_expired: ['Token has expired', challenge('Token has expired')],
  jwks_unavailable: ['The signing keys cannot be had at present', { 'retry-after': '5' }],
};

export function handleErrors(refusalOf) {
  return (error, request, response, next) => {
    if (response.headersSent) return next(error);
    const { code, message, headers } = answerTo(error, refusalOf);
    const [status, reason] = STATUS[code];
    if (status === 500) console.error(`${error.name} at ${request.method}: ${error.code ?? 'no code'}`);
    response.status(status).set(headers).json({ error: reason, error_code: code, message });
  };
}

function answerTo(error, refusalOf) {
  if (error instanceof ApiError) return error;
  const refusal = refusalOf(error);
  if (refusal !== undefined) return new ApiError(refusal, ...REFUSALS[refusal]);
  // What express and its body parser say of a client's fault.
  switch (error.expose ? error.status : undefined) {
    case 400:
      return new ApiError('validation_failed', 'The request cannot be read');
    case 413:
      return new ApiError('body_too_large', 'The body is larger than 64 KiB');
    case 415:
      return new ApiError('unsupported_media_type', 'The body must be plain UTF-8 JSON');
    default:
      return error instanceof URIError
        ? new ApiError('validation_failed', 'The path is not validly percent-encoded')
        : new ApiError('internal_error', 'The server failed to answer this request');
  }
}
