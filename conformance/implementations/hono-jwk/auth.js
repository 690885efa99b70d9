import { jwk } from 'hono/jwk';
import {
  expiredToken,
  Failure,
  hasSoundClaims,
  invalidToken,
  missingToken,
  settings,
} from '../node-task-api/index.js';
import { createKeyCache } from './key-cache.js';

const { issuer, jwksUrl, audience, isHardened } = settings;

/** The middleware that lets good tokens through, and what has to happen before the server may listen. */
export function createAuth() {
  const options = { alg: ['RS256'], verification: { iss: issuer, aud: audience }, realm: 'tasks' };
  if (!isHardened)
    return { start: async () => undefined, middlewares: [jwk({ jwks_uri: jwksUrl, ...options })] };
  const cache = createKeyCache(settings);
  return { start: cache.load, middlewares: [jwk({ keys: cache.keysFor, ...options }), checkClaims] };
}

/** The documentation leaves further checks of the claims to a middleware after `jwk()`. */
async function checkClaims(context, next) {
  if (!hasSoundClaims(context.get('jwtPayload'))) throw invalidToken();
  await next();
}

/** An HTTPException of the middleware as the contract has it. */
export function refusal({ cause }, authorization) {
  if (cause instanceof Failure) return cause;
  if (!/^bearer\s/i.test(authorization ?? '')) return missingToken();
  return cause?.name === 'JwtTokenExpired' ? expiredToken() : invalidToken();
}
