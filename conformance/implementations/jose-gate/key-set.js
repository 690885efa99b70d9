import { createPublicKey } from 'node:crypto';

/** A key that nobody has published. */
export class UnknownKey extends Error {}
/** The key is not known and the key set cannot be had. */
export class KeySetUnavailable extends Error {}

const MAX_BYTES = 256 * 1024;

/** The keys at an address: kept for `ttl`, asked for again for an unknown kid, but only so often. Times in milliseconds. */
export function createKeySet({ url, ttl, cooldown, timeout, maxStale }) {
  let keys = new Map();
  let loadedAt = -Infinity;
  let failedAt = -Infinity;
  let underWay;
  // Two fetches at once, then one per cool-down.
  let allowance = 2;
  let countedAt = Date.now();

  const load = async () => {
    try {
      const found = usable(await download(url, timeout));
      if (found.size === 0) throw new Error('no usable key');
      keys = found;
      loadedAt = Date.now();
      failedAt = -Infinity;
    } catch {
      failedAt = Date.now();
    }
  };
  const refresh = () => (underWay ??= load().finally(() => (underWay = undefined)));
  const mayAsk = () => {
    const now = Date.now();
    allowance = Math.min(2, allowance + (now - countedAt) / cooldown);
    countedAt = now;
    if (allowance < 1) return false;
    allowance -= 1;
    return true;
  };

  return {
    refresh,
    isLoaded: () => keys.size > 0,
    async find(kid) {
      if (Date.now() - loadedAt >= ttl && Date.now() - failedAt >= cooldown) await refresh();
      if (Date.now() - loadedAt >= ttl + maxStale) throw new KeySetUnavailable();
      if (keys.has(kid)) return keys.get(kid);
      if (underWay !== undefined || mayAsk()) await refresh();
      if (keys.has(kid)) return keys.get(kid);
      throw failedAt > loadedAt ? new KeySetUnavailable() : new UnknownKey();
    },
  };
}

async function download(url, timeout) {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(timeout) });
  const chunks = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error('too large');
    chunks.push(chunk);
  }
  if (response.status !== 200) throw new Error(`status ${response.status}`);
  return JSON.parse(Buffer.concat(chunks).toString());
}

/** By kid. Of two keys with one kid nobody can say which is meant, so neither is used. */
function usable({ keys }) {
  if (!Array.isArray(keys)) throw new Error('no array "keys"');
  const found = new Map();
  const shared = new Set();
  for (const jwk of keys) {
    const key = keyOf(jwk);
    if (key === undefined) continue;
    if (found.has(jwk.kid)) shared.add(jwk.kid);
    found.set(jwk.kid, key);
  }
  for (const kid of shared) found.delete(kid);
  return found;
}

function keyOf(jwk) {
  if (jwk?.kty !== 'RSA' || typeof jwk.kid !== 'string' || 'd' in jwk) return undefined;
  if (![undefined, 'sig'].includes(jwk.use) || ![undefined, 'RS256'].includes(jwk.alg)) return undefined;
  if (Array.isArray(jwk.key_ops) && !jwk.key_ops.includes('verify')) return undefined;
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    const { modulusLength, publicExponent } = key.asymmetricKeyDetails;
    return modulusLength >= 2048 && publicExponent >= 3n && publicExponent % 2n === 1n ? key : undefined;
  } catch {
    return undefined;
  }
}
