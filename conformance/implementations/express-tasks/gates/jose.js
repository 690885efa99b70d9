import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import { serve } from '../serve.js';

class MissingToken extends Error {}

await serve(({ issuer, audience, jwksUrl, leeway, cacheTtl, cooldown, hardened }) => {
  const keySet = createRemoteJWKSet(new URL(jwksUrl), {
    cacheMaxAge: cacheTtl * 1000,
    cooldownDuration: cooldown * 1000,
  });
  const options = {
    ...{ issuer, audience, clockTolerance: leeway },
    ...(hardened && { algorithms: ['RS256'], requiredClaims: ['exp', 'sub'] }),
  };
  const verify = async (token) => (await jwtVerify(token, keySet, options)).payload;
  const verifyStrictly = async (token) => {
    // Segments of base64url and nothing else (RFC 7515 §2).
    if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) throw new errors.JWTInvalid('not a compact JWS');
    try {
      const { payload, protectedHeader } = await jwtVerify(token, keySet, options);
      if (isAccessToken(protectedHeader) && isUser(payload.sub) && Number.isFinite(payload.exp))
        return payload;
    } catch (error) {
      // jose has no error of its own for a key that is too small.
      if (error instanceof errors.JOSEError || isOutage(error)) throw error;
    }
    throw new errors.JWTInvalid('not an access token');
  };
  const authenticate = async (request, response, next) => {
    const [, token] = /^Bearer +(.+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (token === undefined) throw new MissingToken();
    response.locals.claims = await (hardened ? verifyStrictly : verify)(token);
    next();
  };
  return {
    authenticate: [authenticate],
    claimsOf: (request) => request.res.locals.claims,
    refusalOf: (error) => {
      if (error instanceof MissingToken) return 'missing_token';
      if (error instanceof errors.JWTExpired) return 'token_expired';
      if (hardened && isOutage(error)) return 'jwks_unavailable';
      return error instanceof errors.JOSEError ? 'invalid_token' : undefined;
    },
    ...(hardened && { start: () => keySet.reload() }),
  };
});

/** An ID token or a logout token of the same issuer is none (RFC 8725 §3.11). */
const isAccessToken = ({ typ }) => typ === undefined || /^(application\/)?(at\+)?jwt$/i.test(typ);

const isUser = (sub) => typeof sub === 'string' && sub !== '' && sub.isWellFormed();

/** The key set could not be fetched or read; `ERR_JOSE_GENERIC` is an answer other than 200 or no JSON. */
function isOutage(error) {
  const codes = ['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC'];
  return codes.includes(error.code) || (error instanceof TypeError && error.message === 'fetch failed');
}
