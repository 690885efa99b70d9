import type { IncomingMessage } from 'node:http';
import type { Answer } from './answer.ts';

export interface CorsOptions {
  /** Origins whose pages may use the server; every one where it is left out. */
  readonly allowedOrigins: readonly string[] | undefined;
}

/**
 * What lets the page of another origin read an answer (Fetch §3.3), cookies included: a frontend that signs in here
 * runs at another port. The control plane is for pages of listed origins only, for any page on the web can reach
 * loopback.
 */
export function corsHeaders(
  { headers }: IncomingMessage,
  { allowedOrigins }: CorsOptions,
  isControl: boolean,
): Readonly<Record<string, string>> {
  const { origin } = headers;
  if (origin === undefined) return {};
  const allowed = allowedOrigins === undefined ? !isControl : allowedOrigins.includes(origin);
  if (!allowed) return { vary: 'Origin' };
  return {
    vary: 'Origin',
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'set-auth-jwt, etag, retry-after, www-authenticate, x-gateproof-mock',
  };
}

/** Whether a browser asks beforehand what it may send (Fetch §4.8). */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

export function preflightAnswer({ headers }: IncomingMessage): Answer {
  return {
    status: 204,
    headers: {
      'access-control-allow-methods': 'GET, POST, DELETE',
      'access-control-allow-headers':
        headers['access-control-request-headers'] ?? 'authorization, content-type, x-mock-control-token',
      'access-control-max-age': '600',
    },
    body: '',
  };
}
