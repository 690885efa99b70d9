import { MockIdpError } from './errors.ts';

/** The issuer that traps point to: nobody should trust its keys or call it. */
export const ATTACKER = 'attacker';

/** Words an endpoint path begins with, now or in a flow that identity providers usually have. */
const RESERVED: readonly string[] = [
  '.well-known',
  '_mock',
  'api',
  'authorize',
  'endsession',
  'health',
  'introspect',
  'isalive',
  'jwks',
  'revoke',
  'token',
  'userinfo',
];
const NAME = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,63}$/u;

/** Whether a leading path segment can be an issuer's. */
export function isIssuerName(name: string): boolean {
  return NAME.test(name) && !RESERVED.includes(name.toLowerCase());
}

/** The empty name is the default issuer's. @throws MockIdpError `invalid_issuer` */
export function assertIssuerName(name: string): void {
  if (name === '' || isIssuerName(name)) return;
  const shown = name.slice(0, 64);
  const reason = RESERVED.includes(name.toLowerCase())
    ? 'it is the path of an endpoint'
    : 'use 1 to 64 letters, digits, ".", "_", "~" or "-", a letter or digit first';
  throw new MockIdpError('invalid_issuer', `"${shown}" cannot name an issuer: ${reason}`);
}

/** Where the endpoints of an issuer are. @param url of the server, without a trailing slash */
export function baseUrlOf(name: string, url: string): string {
  return name === '' ? url : `${url}/${name}`;
}

/** The `iss` of an issuer's tokens: below the pinned URL where there is one. */
export function issuerUrlOf(name: string, url: string, pinned: string | undefined): string {
  // A trap that is not where its tokens say it is would catch nobody.
  if (pinned === undefined || name === ATTACKER) return baseUrlOf(name, url);
  return name === '' ? pinned : baseUrlOf(name, pinned.replace(/\/$/u, ''));
}
