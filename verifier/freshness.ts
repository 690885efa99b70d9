/**
 * How long an HTTP answer is fresh, in milliseconds from the start of its request, for a cache of one's own
 * (RFC 9111 §4.2); nothing where its headers do not say. `s-maxage` is for shared caches and not looked at, and
 * nothing is guessed from `Last-Modified` (§4.2.2). What is malformed counts as stale (§4.2.1, §5.3).
 * @param receivedAt milliseconds since the epoch, for an answer without `Date`
 */
export function freshnessOf(headers: Headers, receivedAt: number): number | undefined {
  const seconds = lifetimeOf(headers, receivedAt);
  // §4.2.3; what the answer spent on the way is in the time since the request began.
  return seconds === undefined ? undefined : Math.max(0, seconds - ageOf(headers)) * 1000;
}

function lifetimeOf(headers: Headers, receivedAt: number): number | undefined {
  const directives = parseCacheControl(headers.get('cache-control') ?? '');
  const names = new Set(directives.map(([name]) => name));
  // Neither may be used again without asking, which for a key set means as seldom as may be.
  if (names.has('no-store') || names.has('no-cache')) return 0;
  if (names.has('max-age')) {
    const ages = directives.filter(([name]) => name === 'max-age').map(([, value]) => deltaSeconds(value));
    return Math.min(...ages);
  }
  const expires = headers.get('expires');
  if (expires === null) return undefined;
  return ((parseDate(expires) ?? 0) - (parseDate(headers.get('date')) ?? receivedAt)) / 1000;
}

function ageOf(headers: Headers): number {
  // Of several values the first counts (§5.1).
  return Number(/^\d+/.exec(headers.get('age') ?? '')?.[0] ?? 0);
}

/** Names in lower case, values without quotes (§5.2); the commas within a quoted string separate nothing. */
function parseCacheControl(value: string): readonly (readonly [name: string, value: string])[] {
  const matches = value.matchAll(/([^\s,="]+)(?:\s*=\s*(?:"([^"]*)"|([^\s,"]*)))?/g);
  return [...matches].map(([, name = '', quoted, plain]) => [name.toLowerCase(), quoted ?? plain ?? '']);
}

function deltaSeconds(value: string): number {
  return /^\d+$/.test(value) ? Number(value) : 0;
}

/** An HTTP date (RFC 9110 §5.6.7). `Date.parse` would also take `0`, and `+1 day` for some time. */
function parseDate(value: string | null): number | undefined {
  return value !== null && / GMT$/.test(value) && !Number.isNaN(Date.parse(value))
    ? Date.parse(value)
    : undefined;
}
