import fastifyJwt from '@fastify/jwt';
import buildGetJwks from 'get-jwks';
import {
  expiredToken,
  invalidToken,
  keySetUnavailable,
  missingToken,
  settings,
} from '../../node-task-api/index.js';

const { issuer, jwksUrl, audience, leeway, cacheTtl, isHardened } = settings;

/** Registers @fastify/jwt with get-jwks, as their READMEs show. */
export async function registerJwt(app) {
  const getJwks = buildGetJwks({
    ttl: cacheTtl * 1000,
    // The README's default path, unless the key set is elsewhere below the issuer.
    jwksPath: jwksUrl.startsWith(issuer) ? jwksUrl.slice(issuer.length) : '.well-known/jwks.json',
    ...(isHardened && { issuersWhitelist: [issuer], fetchOptions: { redirect: 'error' } }),
  });
  await app.register(fastifyJwt, {
    decode: { complete: true },
    secret: (request, token) => {
      const { header, payload } = token;
      return getJwks.getPublicKey({ kid: header.kid, alg: header.alg, domain: payload.iss });
    },
    verify: {
      allowedIss: issuer,
      allowedAud: audience,
      clockTolerance: leeway * 1000,
      ...(isHardened && { algorithms: ['RS256'], requiredClaims: ['iss', 'aud', 'exp', 'sub'] }),
    },
    ...(isHardened && { trusted: (request, { sub }) => typeof sub === 'string' && sub !== '' }),
  });
  if (isHardened) await warm(getJwks);
}

/** get-jwks fetches at the first request; asked for each published key, it has them before. */
async function warm(getJwks) {
  const response = await fetch(jwksUrl, { redirect: 'error', signal: AbortSignal.timeout(5000) });
  const { keys } = await response.json();
  if (!response.ok || !Array.isArray(keys)) throw new Error('not a key set');
  await Promise.all(keys.map(({ kid }) => getJwks.getPublicKey({ kid, alg: 'RS256', domain: issuer })));
}

/** The errors that the README of @fastify/jwt lists, as the contract has them; undefined for any other. */
export function refusal(error) {
  switch (error.code) {
    case 'FST_JWT_NO_AUTHORIZATION_IN_HEADER':
      return missingToken();
    case 'FST_JWT_AUTHORIZATION_TOKEN_EXPIRED':
      return expiredToken();
    case 'FST_JWT_BAD_REQUEST':
    case 'FST_JWT_AUTHORIZATION_TOKEN_INVALID':
    case 'FST_JWT_AUTHORIZATION_TOKEN_UNTRUSTED':
    case 'FAST_JWT_MISSING_SIGNATURE':
      return invalidToken();
    default:
      return isHardened ? furtherRefusal(error) : undefined;
  }
}

/** What the two libraries beneath throw: errors of fast-jwt have no status of their own, and would be answered 500. */
function furtherRefusal({ code = '' }) {
  if (code.startsWith('FAST_JWT_') || REFUSED_BY_GET_JWKS.includes(code)) return invalidToken();
  return keySetUnavailable();
}

const REFUSED_BY_GET_JWKS = ['JWK_NOT_FOUND', 'DOMAIN_NOT_ALLOWED'];
