import { MockIdpError } from './errors.ts';
import type { JsonObject } from './forgeries/forgery.ts';

const NUMERIC_DATES = ['exp', 'nbf', 'iat', 'auth_time'];
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * Claims with the relative times of `exp`, `nbf`, `iat` and `auth_time` (RFC 7519 §2, NumericDate) made absolute:
 * `"now"`, `"-1s"`, `"+15m"`, `"+1h"`, `"+7d"`. Any other value stays as it is, for tests need wrong types too.
 * @param now seconds since the epoch
 * @throws MockIdpError `invalid_request` for a relative time without a unit
 */
export function absoluteTimes(claims: JsonObject, now: number): JsonObject {
  const entries = Object.entries(claims).map(([name, value]) => [
    name,
    NUMERIC_DATES.includes(name) && typeof value === 'string' ? absoluteTime(name, value, now) : value,
  ]);
  return Object.fromEntries(entries) as JsonObject;
}

function absoluteTime(name: string, value: string, now: number): number | string {
  if (value !== 'now' && !/^[+-]/u.test(value)) return value;
  const seconds = relativeSeconds(value);
  if (seconds !== undefined) return now + seconds;
  throw new MockIdpError(
    'invalid_request',
    `claims.${name}: "${value.slice(0, 32)}" is no relative time; write it like "-1s", "+15m", "+1h", "+7d" or "now"`,
  );
}

/** Seconds from now: `"-1s"` is -1, `"+15m"` is 900, `"now"` is 0. Nothing for any other text. */
export function relativeSeconds(text: string): number | undefined {
  if (text === 'now') return 0;
  const [, sign, amount, unit] = /^([+-])(\d{1,12})([smhd])$/u.exec(text) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  const seconds = Number(amount) * (SECONDS[unit] ?? 1);
  return sign === '-' ? -seconds : seconds;
}
