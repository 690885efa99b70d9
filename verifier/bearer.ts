/** The credentials of one request: a token, none at all, or something that is no single bearer token. */
export type Credentials = { readonly token: string } | 'missing' | 'malformed';

/**
 * Reads the token from the values of all `Authorization` header lines of a request (RFC 6750 §2.1). No scheme, an
 * empty value and another scheme are no credentials (RFC 6750 §3.1); several lines are malformed, since the header
 * is no list (RFC 9110 §5.3) and two readers could each choose another one.
 */
export function parseAuthorization(values: readonly string[]): Credentials {
  if (values.length > 1) return 'malformed';
  const value = (values[0] ?? '').trim();
  const end = value.indexOf(' ');
  // Scheme names are case-insensitive (RFC 9110 §11.1).
  if (end < 0 || value.slice(0, end).toLowerCase() !== 'bearer') return 'missing';
  const token = value.slice(end).trim();
  return token.includes(' ') || token.includes(',') ? 'malformed' : { token };
}
