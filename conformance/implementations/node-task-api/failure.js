const PHRASES = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** An answer of the contract that is no success; thrown anywhere, answered by the framework's error handler. */
export class Failure extends Error {
  constructor(status, code, message, headers = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
    this.body = { error: PHRASES[status], error_code: code, message };
  }
}

const REALM = 'Bearer realm="tasks"';
const unauthorized = (code, message) =>
  new Failure(401, code, message, {
    'WWW-Authenticate': `${REALM}, error="invalid_token", error_description="${message}"`,
  });

export const missingToken = () =>
  new Failure(401, 'missing_token', 'Access token is missing', { 'WWW-Authenticate': REALM });
export const invalidToken = () => unauthorized('invalid_token', 'Invalid token');
export const expiredToken = () => unauthorized('token_expired', 'Token has expired');
export const keySetUnavailable = () =>
  new Failure(503, 'jwks_unavailable', 'Token cannot be verified at present', { 'Retry-After': '5' });
export const forbidden = () =>
  new Failure(403, 'forbidden', "Access denied: cannot access another user's resources");
export const invalid = (message) => new Failure(400, 'validation_failed', message);
export const notFound = () => new Failure(404, 'not_found', 'No such resource');
export const tooLarge = () => new Failure(413, 'body_too_large', 'The body is larger than 64 KiB');
export const unsupported = () =>
  new Failure(415, 'unsupported_media_type', 'The body must be application/json in UTF-8');
export const internal = () => new Failure(500, 'internal_error', 'The server has failed');

const ROUTES = [
  [/^\/(health|ready|metrics)$/, 'GET, HEAD'],
  [/^\/api\/v1\/me$/, 'GET, HEAD'],
  [/^\/api\/v1\/[^/]+\/tasks$/, 'GET, HEAD, POST'],
  [/^\/api\/v1\/[^/]+\/tasks\/[^/]+$/, 'GET, HEAD, PATCH, DELETE'],
];

/** Why a router found nothing: there is no such path, or the path does not take the method. */
export function noRoute(path) {
  const [, allow] = ROUTES.find(([pattern]) => pattern.test(path)) ?? [];
  if (allow === undefined) return notFound();
  return new Failure(405, 'method_not_allowed', 'The resource has no such method', { Allow: allow });
}
