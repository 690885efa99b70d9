import { decode } from 'hono/jwt';
import { keySetUnavailable } from '../node-task-api/index.js';

/**
 * The `keys` function of `jwk()`, which fetches the key set per request where it is given `jwks_uri`. This one asks when
 * the time to live is over or a kid is unknown, but only once per cool-down. Times in seconds.
 */
export function createKeyCache({ jwksUrl, cacheTtl, cooldown }) {
  let keys = [];
  let loadedAt = -Infinity;
  let askedAt = -Infinity;
  let underWay;

  const isOlder = (time, seconds) => Date.now() - time >= seconds * 1000;
  const load = () => (underWay ??= fetchKeys().finally(() => (underWay = undefined)));
  const fetchKeys = async () => {
    const response = await fetch(jwksUrl, { redirect: 'error', signal: AbortSignal.timeout(5000) });
    if (response.status !== 200) throw new Error(`status ${response.status}`);
    const body = await response.json();
    const usable = body.keys.filter(isUsable);
    if (usable.length === 0) throw new Error('no usable key');
    keys = usable;
    loadedAt = Date.now();
  };

  return {
    load,
    async keysFor(context) {
      const kid = kidOf(context.req.header('authorization'));
      const isKnown = keys.some((key) => key.kid === kid);
      if (isKnown && !isOlder(loadedAt, cacheTtl)) return keys;
      if (underWay === undefined && !isOlder(askedAt, cooldown)) return keys;
      askedAt = underWay === undefined ? Date.now() : askedAt;
      try {
        await load();
      } catch {
        if (!isKnown) throw keySetUnavailable();
      }
      return keys;
    },
  };
}

/** RFC 7517 §4.2 and RFC 7518 §3.3; hono imports any key of the right type. */
function isUsable(key) {
  const isForSignatures = key?.use === undefined || key.use === 'sig';
  return key?.kty === 'RSA' && isForSignatures && typeof key.n === 'string' && key.n.length >= 342;
}

function kidOf(authorization = '') {
  try {
    return decode(authorization.split(/\s+/)[1] ?? '').header.kid;
  } catch {
    return undefined;
  }
}
