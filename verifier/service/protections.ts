import cors from 'cors';
import type { RequestHandler } from 'express';
import helmet from 'helmet';
import { ApiError } from './answers.ts';

/** Headers of every answer, errors included: nothing is cached, guessed at, framed or run. */
export function securityHeaders(): readonly RequestHandler[] {
  const noStore: RequestHandler = (_request, response, next) => {
    response.setHeader('cache-control', 'no-store');
    next();
  };
  const contentSecurityPolicy = {
    useDefaults: false,
    directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
  };
  return [noStore, helmet({ contentSecurityPolicy })];
}

/** CORS for exactly these origins (Fetch §3.3). Preflights carry no credentials, so they come before the gate. */
export function crossOrigin(allowedOrigins: readonly string[]): RequestHandler {
  return cors({
    origin: [...allowedOrigins],
    methods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
    allowedHeaders: ['Authorization', 'Content-Type'],
    exposedHeaders: ['Location', 'Retry-After', 'WWW-Authenticate', 'X-Request-Id'],
    maxAge: 600,
  });
}

/** Refuses what no honest client sends and what two readers may read in two ways. */
export const refuseOddities: RequestHandler = (request, response, next) => {
  // TRACE would send the credentials back (RFC 9110 §9.3.8).
  if (request.method === 'TRACE') {
    throw new ApiError('method_not_allowed', 'TRACE is not served', {
      allow: 'GET, HEAD, POST, PATCH, DELETE',
    });
  }
  // RFC 9112 §3.2
  const hosts = countHosts(request.rawHeaders);
  if (hosts > 1 || (hosts === 0 && request.httpVersion === '1.1')) {
    response.setHeader('connection', 'close');
    throw new ApiError('validation_failed', 'There must be one Host header');
  }
  // RFC 9112 §3.2.1 knows neither; some parsers take them for the end of the path and for a slash.
  if (/[#\\]/.test(request.url)) {
    throw new ApiError('validation_failed', 'The path holds a character that must be percent-encoded');
  }
  next();
};

/** Of several such headers, `request.headers` shows the first alone. */
function countHosts(rawHeaders: readonly string[]): number {
  return rawHeaders.filter((text, index) => index % 2 === 0 && /^host$/i.test(text)).length;
}
