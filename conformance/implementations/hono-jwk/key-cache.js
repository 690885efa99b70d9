import { decode } from 'hono/jwt';
import { isSigningKey, keySetUnavailable } from '../node-task-api/index.js';

/**
 * The `keys` function of `jwk()`, which fetches the key set per request where it is given `jwks_uri`. This one asks when
 * the time to live is over or a kid is unknown, but only once per cool-down. Times in seconds.
 */
export function createKeyCache({ jwksUrl, cacheTtl, cooldown }) {
  let keys = [];
  let loadedAt = -Infinity;
  let askedAt = -Infinity;
  let failedAt = -Infinity;
  let underWay;

  const isOlder = (time, seconds) => Date.now() - time >= seconds * 1000;
  const load = () => (underWay ??= fetchKeys().finally(() => (underWay = undefined)));
  const fetchKeys = async () => {
    const response = await fetch(jwksUrl, { redirect: 'error', signal: AbortSignal.timeout(5000) });
    if (response.status !== 200) throw new Error(`status ${response.status}`);
    const body = await response.json();
    const usable = body.keys.filter(isSigningKey);
    if (usable.length === 0) throw new Error('no usable key');
    keys = usable;
    loadedAt = Date.now();
  };

  return {
    load,
    async keysFor(context) {
      const kid = kidOf(context.req.header('authorization'));
      const isKnown = keys.some((key) => key.kid === kid);
      const isDue = isOlder(loadedAt, cacheTtl) && isOlder(failedAt, cooldown);
      const isWanted =
        kid !== undefined && !isKnown && (underWay !== undefined || isOlder(askedAt, cooldown));
      if (!isDue && !isWanted) return keys;
      if (isWanted && underWay === undefined) askedAt = Date.now();
      try {
        await load();
      } catch {
        failedAt = Date.now();
        if (!isKnown) throw keySetUnavailable();
      }
      return keys;
    },
  };
}

function kidOf(authorization = '') {
  try {
    const { kid } = decode(authorization.split(/\s+/)[1] ?? '').header;
    return typeof kid === 'string' ? kid : undefined;
  } catch {
    return undefined;
  }
}
