import { auth, InvalidRequestError, InvalidTokenError, UnauthorizedError } from 'express-oauth2-jwt-bearer';
import { serve } from '../serve.js';

/** The library has one error for every fault of a token; this is what jose says of one that has expired. */
const EXPIRED = '"exp" claim timestamp check failed';

await serve(({ issuer, audience, jwksUrl, leeway, cacheTtl, cooldown, hardened }) => {
  const times = { clockTolerance: leeway, cacheMaxAge: cacheTtl * 1000, cooldownDuration: cooldown * 1000 };
  const validators = { sub: isUser, typ: isAccessToken, exp: (exp) => Number.isFinite(exp) };
  return {
    authenticate: hardened
      ? [
          headerOnly,
          auth({
            ...{ issuer, jwksUri: jwksUrl, audience, ...times, validators },
            ...{ tokenSigningAlg: 'RS256', dpop: { enabled: false } },
          }),
        ]
      : [auth({ issuerBaseURL: issuer, audience, ...times })],
    claimsOf: (request) => request.auth.payload,
    refusalOf: (error) => {
      if (!(error instanceof UnauthorizedError)) return undefined;
      if (error.code === undefined || (error instanceof InvalidRequestError && error.code === ''))
        return 'missing_token';
      return hardened && error.message === EXPIRED ? 'token_expired' : 'invalid_token';
    },
  };
});

/** The library takes tokens from the query and from forms too, and decodes base64 of any alphabet, padded or not. */
function headerOnly({ headers: { authorization = '' } }, response, next) {
  if (!/^Bearer +\S/i.test(authorization)) throw new UnauthorizedError();
  if (!/^Bearer +[\w-]+\.[\w-]+\.[\w-]+$/i.test(authorization)) throw new InvalidTokenError();
  next();
}

function isUser(sub) {
  return typeof sub === 'string' && sub !== '' && sub.isWellFormed();
}

/** An ID token or a logout token of the same issuer is none (RFC 8725 §3.11). */
function isAccessToken(typ) {
  return typ === undefined || /^(application\/)?(at\+)?jwt$/i.test(typ);
}
