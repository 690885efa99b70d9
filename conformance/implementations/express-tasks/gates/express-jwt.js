import { expressjwt, UnauthorizedError } from 'express-jwt';
import jwks from 'jwks-rsa';
import { serve } from '../serve.js';

await serve(({ issuer, audience, jwksUrl, leeway, cacheTtl, hardened }) => {
  const secret = jwks.expressJwtSecret({
    ...{ cache: true, rateLimit: true, jwksRequestsPerMinute: 5, jwksUri: jwksUrl },
    cacheMaxAge: cacheTtl * 1000,
    ...(hardened && {
      jwksRequestsPerMinute: 10,
      fetcher,
      handleSigningKeyError,
      cacheMaxAgeFallback: 86_400_000,
    }),
  });
  return {
    authenticate: [
      expressjwt({
        ...{ secret, audience, issuer, algorithms: ['RS256'], clockTolerance: leeway },
        // Called once the signature holds, with the decoded token; what it answers true to is refused.
        ...(hardened && { isRevoked: async (request, { header, payload }) => !isFit(header, payload) }),
      }),
    ],
    claimsOf: ({ auth }) => auth,
    refusalOf: (error) => {
      if (error instanceof UnauthorizedError) return refusalBy(error);
      const isOfKeySet = /^Jwks\w*Error$/.test(error.name) || error.isEndpointUnavailable === true;
      return hardened && isOfKeySet ? 'jwks_unavailable' : undefined;
    },
  };
});

function refusalBy({ code, inner }) {
  if (['credentials_required', 'credentials_bad_scheme'].includes(code)) return 'missing_token';
  return inner.name === 'TokenExpiredError' ? 'token_expired' : 'invalid_token';
}

/** With a deadline for the whole answer, and no redirects. */
async function fetcher(url) {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(5000) });
  if (!response.ok) throw new Error(`the key set was answered ${response.status}`);
  return response.json();
}

/** A key that may not be asked for yet is one that is not known: without a key the token is refused. */
function handleSigningKeyError(error, callback) {
  callback(['SigningKeyNotFoundError', 'JwksRateLimitError'].includes(error.name) ? null : error);
}

/** What jsonwebtoken leaves to its caller: `crit` (RFC 7515 §4.1.11), `typ`, and that `exp` and `sub` are there at all. */
function isFit({ crit, typ }, { exp, sub, iat }) {
  const isAccessToken = typ === undefined || /^(application\/)?(at\+)?jwt$/i.test(typ);
  const isIssued = iat === undefined || typeof iat === 'number';
  const isUser = typeof sub === 'string' && sub !== '' && sub.isWellFormed();
  return crit === undefined && isAccessToken && isIssued && Number.isFinite(exp) && isUser;
}
