import { createPublicKey } from 'node:crypto';
import fastifyJwt from '@fastify/jwt';
import buildGetJwks from 'get-jwks';
import {
  expiredToken,
  hasSoundClaims,
  invalidToken,
  isSigningKey,
  keySetUnavailable,
  missingToken,
  settings,
} from '../../node-task-api/index.js';

const { issuer, jwksUrl, audience, leeway, cacheTtl, isHardened } = settings;

/** Registers @fastify/jwt with get-jwks, as their READMEs show. */
export async function registerJwt(app) {
  const getJwks = buildGetJwks({
    ttl: cacheTtl * 1000,
    jwksPath: jwksUrl.slice(issuer.length),
    ...(isHardened && { fetchOptions: { redirect: 'error' } }),
  });
  await app.register(fastifyJwt, {
    decode: { complete: true },
    secret: (request, { header: { kid, alg }, payload: { iss } }) =>
      isHardened ? signingKey(getJwks, { kid, alg }) : getJwks.getPublicKey({ kid, domain: iss, alg }),
    verify: {
      allowedIss: issuer,
      allowedAud: audience,
      clockTolerance: leeway * 1000,
      ...(isHardened && { algorithms: ['RS256'], requiredClaims: ['iss', 'aud', 'exp', 'sub'] }),
    },
    ...(isHardened && { trusted: (request, payload) => hasSoundClaims(payload) }),
  });
  if (isHardened) await warm(getJwks);
}

/** The issuer is a setting here, as in the README's example for fast-jwt, and the key is looked at before its use. */
async function signingKey(getJwks, { kid, alg }) {
  const jwk = await getJwks.getJwk({ kid, domain: issuer, alg });
  if (!isSigningKey(jwk)) throw invalidToken();
  return createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
}

/** get-jwks fetches at the first request; asked for each published key, it has them before. */
async function warm(getJwks) {
  const response = await fetch(jwksUrl, { redirect: 'error', signal: AbortSignal.timeout(5000) });
  const { keys } = await response.json();
  const usable = response.ok && Array.isArray(keys) ? keys.filter(isSigningKey) : [];
  if (usable.length === 0) throw new Error('no usable key');
  await Promise.all(usable.map(({ kid }) => getJwks.getJwk({ kid, domain: issuer, alg: 'RS256' })));
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

/** Errors of the libraries beneath have no status of their own, and would be answered 500. */
function furtherRefusal(error) {
  const isNoAnswer = error instanceof TypeError && error.message === 'fetch failed';
  const isNoKeySet = error instanceof SyntaxError || ['JWKS_REQUEST_FAILED', 'NO_JWKS'].includes(error.code);
  return isNoAnswer || isNoKeySet ? keySetUnavailable() : invalidToken();
}
