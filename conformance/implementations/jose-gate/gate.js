import { errors, jwtVerify } from 'jose';
import { createKeySet, KeySetUnavailable } from './key-set.js';

/** Why a request is refused: `missing`, `invalid`, `expired` or `unavailable`. */
export class Refused extends Error {
  constructor(why) {
    super(why);
    this.why = why;
  }
}

/** Tells whose request it is, by RS256 access tokens of one issuer, with jose. Times in seconds. */
export function createGate({
  issuer,
  jwksUrl,
  audience,
  leeway = 5,
  ttl = 3600,
  cooldown = 30,
  maxStale = 86_400,
  bug,
}) {
  const keySet = createKeySet({
    url: jwksUrl,
    ttl: ttl * 1000,
    cooldown: cooldown * 1000,
    timeout: 5000,
    maxStale: maxStale * 1000,
  });
  const options = {
    issuer,
    audience,
    algorithms: ['RS256'],
    clockTolerance: bug === 'expiry-ignored' ? 1e9 : leeway,
    requiredClaims: ['sub', 'exp'],
  };
  return {
    start: () => keySet.refresh(),
    isReady: keySet.isLoaded,
    /** The claims of the token. @throws Refused */
    async claims(request) {
      const token = tokenOf(request);
      checkForm(token);
      try {
        const { payload } = await jwtVerify(token, ({ kid }) => keySet.find(kid), options);
        return checkClaims(payload, leeway);
      } catch (error) {
        if (error instanceof KeySetUnavailable) throw new Refused('unavailable');
        throw new Refused(
          error instanceof errors.JWTExpired ? lateOrWorse(error.payload, leeway) : 'invalid',
        );
      }
    },
  };
}

/** jose looks at `exp` last, so an expired token is right in all that jose looks at. */
function lateOrWorse(claims, leeway) {
  try {
    checkClaims(claims, leeway);
    return 'expired';
  } catch {
    return 'invalid';
  }
}

function tokenOf({ rawHeaders }) {
  const lines = rawHeaders.filter(
    (_, at) => at % 2 === 1 && rawHeaders[at - 1].toLowerCase() === 'authorization',
  );
  if (lines.length > 1) throw new Refused('invalid');
  const [, token] = /^bearer +(.*)$/i.exec(lines[0] ?? '') ?? [];
  if (token === undefined || token === '') throw new Refused('missing');
  return token;
}

/** jose takes more than the grammar allows: padding, other alphabets, bytes that are not UTF-8, and any `typ`. */
function checkForm(token) {
  const segments = token.split('.');
  if (segments.length !== 3 || token.length > 16_384 || !segments.every(isBase64url))
    throw new Refused('invalid');
  const [header, payload] = segments.slice(0, 2).map(objectOf);
  if (header === undefined || payload === undefined) throw new Refused('invalid');
  const { typ, kid, crit, b64 } = header;
  const isType =
    typ === undefined || (typeof typ === 'string' && /^(application\/)?(jwt|at\+jwt)$/i.test(typ));
  if (!isType || typeof kid !== 'string' || crit !== undefined || b64 !== undefined)
    throw new Refused('invalid');
}

function isBase64url(segment) {
  return /^[\w-]+$/.test(segment) && Buffer.from(segment, 'base64url').toString('base64url') === segment;
}

function objectOf(segment) {
  try {
    const value = JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(segment, 'base64url')),
    );
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function checkClaims(claims, leeway) {
  const { sub, aud, iat, exp, nbf } = claims;
  const now = Date.now() / 1000;
  const isDate = (value) => typeof value === 'number' && Number.isFinite(value);
  const isAudience = typeof aud === 'string' || aud.every((each) => typeof each === 'string');
  const isIssued = iat === undefined || (isDate(iat) && iat <= now + leeway);
  const isStarted = nbf === undefined || (isDate(nbf) && nbf <= now + leeway);
  const isUser = typeof sub === 'string' && sub !== '' && sub.isWellFormed();
  if (!isAudience || !isIssued || !isStarted || !isUser || !isDate(exp)) throw new Refused('invalid');
  return claims;
}
