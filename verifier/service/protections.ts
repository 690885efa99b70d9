import type { IncomingMessage, ServerResponse } from 'node:http';
import cors from 'cors';
import { ApiError } from './answers.ts';

/** Of every answer, errors included: what OWASP's REST Security Cheat Sheet asks of an API. Nothing is cached, guessed at, framed or run. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // What a page may read of an answer depends on its origin (Fetch §3.3).
  vary: 'Origin',
};

/** Says what a page of another origin may read; true where it has answered the request itself. */
export type AnswerOrigin = (
  request: IncomingMessage,
  response: ServerResponse,
  headers: Readonly<Record<string, string>>,
) => boolean;

/** CORS for exactly these origins (Fetch §3.3). Preflights carry no credentials, so they come before the gate. */
export function createCrossOrigin(allowedOrigins: readonly string[]): AnswerOrigin {
  const answer = cors({
    origin: [...allowedOrigins],
    methods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
    allowedHeaders: ['Authorization', 'Content-Type'],
    exposedHeaders: ['Location', 'Retry-After', 'WWW-Authenticate', 'X-Request-Id'],
    maxAge: 600,
  });
  return (request, response, headers) => {
    const preflight = request.method === 'OPTIONS';
    if (!preflight && request.headers.origin === undefined) return false;
    if (preflight) response.setHeaders(new Map(Object.entries(headers)));
    answer(request, response, () => undefined);
    return response.writableEnded;
  };
}

/** Refuses what no honest client sends and what two readers may read in two ways. @throws ApiError */
export function refuseOddities(
  { method, rawHeaders, httpVersion, url = '' }: IncomingMessage,
  response: ServerResponse,
): void {
  // TRACE would send the credentials back (RFC 9110 §9.3.8).
  if (method === 'TRACE') {
    throw new ApiError('method_not_allowed', 'TRACE is not served', {
      allow: 'GET, HEAD, POST, PATCH, DELETE',
    });
  }
  // RFC 9112 §3.2
  const hosts = countHosts(rawHeaders);
  if (hosts > 1 || (hosts === 0 && httpVersion === '1.1')) {
    response.setHeader('connection', 'close');
    throw new ApiError('validation_failed', 'There must be one Host header');
  }
  // RFC 9112 §3.2.1 knows neither; some parsers take them for the end of the path and for a slash.
  if (/[#\\]/.test(url)) {
    throw new ApiError('validation_failed', 'The path holds a character that must be percent-encoded');
  }
}

/** Of several such headers, `request.headers` shows the first alone. */
function countHosts(rawHeaders: readonly string[]): number {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts;
}
