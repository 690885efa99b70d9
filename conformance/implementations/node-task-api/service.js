const { env } = process;

/** What the environment says, in the names of gateproof; times in seconds. */
export const settings = {
  isHardened: env.GATEPROOF_VARIANT === 'hardened',
  host: env.HOST ?? '127.0.0.1',
  port: Number(env.PORT ?? 8000),
  issuer: env.BETTER_AUTH_URL,
  jwksUrl: env.BETTER_AUTH_JWKS_URL,
  audience: env.JWT_AUDIENCE,
  leeway: Number(env.JWT_LEEWAY ?? 5),
  cacheTtl: Number(env.JWKS_CACHE_TTL ?? 3600),
  cooldown: Number(env.JWKS_COOLDOWN ?? 30),
};

const origins = (env.ALLOWED_ORIGINS ?? '').split(/[ ,]+/).filter(Boolean);

/** What every answer has, and what pages of the allowed origins need besides. */
export function commonHeaders(origin) {
  return {
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    Vary: 'Origin',
    ...(origins.includes(origin) && {
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Expose-Headers': 'WWW-Authenticate, Retry-After, Location',
    }),
  };
}

/** The answer to a preflight request (Fetch, "CORS-preflight request"), or undefined for any other request. */
export function preflight(method, headers) {
  if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return undefined;
  if (!origins.includes(headers.origin)) return undefined;
  return {
    status: 204,
    headers: {
      'Access-Control-Allow-Methods': 'GET, HEAD, POST, PATCH, DELETE',
      'Access-Control-Allow-Headers': 'Authorization, Content-Type',
      'Access-Control-Max-Age': '600',
    },
  };
}

/** The open routes. None of the libraries says whether it holds keys, so readiness is that of the process. */
export const OPEN_ROUTES = {
  '/health': { status: 'ok' },
  '/ready': { status: 'ready', checks: { jwks: 'ok', database: 'ok' } },
};

export const METRICS = '# HELP up Whether the process is up.\n# TYPE up gauge\nup 1\n';
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Starts nothing but says why, and leaves the stack out. */
export function exitWithout(error) {
  console.error(`no usable key set at ${settings.jwksUrl}: ${error.message}`);
  process.exit(1);
}
