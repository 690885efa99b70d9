import { MockIdpError } from './errors.ts';
import { endpointPaths, isEndpointPath } from './paths.ts';

/** The issuer that traps point to: nobody should trust its keys or call it. */
export const ATTACKER = 'attacker';

/** Words an endpoint path begins with. */
const RESERVED: readonly string[] = [
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
const SEGMENT = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,63}$/u;
const MOST_SEGMENTS = 8;

/** The issuer that a path leads to, and what is left of the path below it. */
export interface Location {
  readonly name: string;
  readonly rest: string;
}

/**
 * Splits a path into an issuer's and an endpoint's. Where it could be split at two places, the shorter name wins: so an
 * endpoint of the default issuer is never taken for one of another. Nothing where no endpoint is.
 */
export function locate(path: string): Location | undefined {
  for (const { name, rest } of splits(uninserted(path))) {
    if (isEndpointPath(rest) && (name === '' || isName(name))) return { name, rest };
  }
  return undefined;
}

/** Every issuer a path could lie below, the longest name first; the default issuer last. */
export function namesAbove(path: string): readonly string[] {
  return [...splits(path)]
    .map(({ name }) => name)
    .filter((name) => name === '' || isName(name))
    .reverse();
}

/** The empty name is the default issuer's. @throws MockIdpError `invalid_issuer` */
export function assertIssuerName(name: string): void {
  const reason = name === '' ? undefined : fault(name);
  if (reason === undefined) return;
  throw new MockIdpError('invalid_issuer', `"${name.slice(0, 64)}" cannot name an issuer: ${reason}`);
}

function fault(name: string): string | undefined {
  if (!isName(name)) {
    const [first = ''] = name.split('/', 1);
    if (RESERVED.includes(first.toLowerCase())) return 'it begins like the path of an endpoint';
    return `use up to ${MOST_SEGMENTS} path segments of 1 to 64 letters, digits, ".", "_", "~" or "-", a letter or digit first`;
  }
  const shadowed = endpointPaths().find((path) => locate(`/${name}${path}`)?.name !== name);
  return shadowed === undefined ? undefined : `/${name}${shadowed} is an endpoint of another issuer`;
}

function isName(name: string): boolean {
  const segments = name.split('/');
  return (
    segments.length <= MOST_SEGMENTS &&
    segments.every((segment) => SEGMENT.test(segment)) &&
    !RESERVED.includes(segments[0]?.toLowerCase() ?? '')
  );
}

function* splits(path: string): Generator<Location> {
  let end = 0;
  for (let segments = 0; segments <= MOST_SEGMENTS && end >= 0; segments += 1) {
    yield { name: path.slice(1, end), rest: path.slice(end) };
    end = path.indexOf('/', end + 1);
  }
}

/**
 * RFC 8414 §3.1 puts the well-known part before the path of the issuer: `/.well-known/oauth-authorization-server/a` is
 * what `/a/.well-known/oauth-authorization-server` is in OpenID Connect Discovery §4.1.
 */
function uninserted(path: string): string {
  const [, wellKnown, issuer] =
    /^(\/\.well-known\/(?:oauth-authorization-server|openid-configuration))(\/.+)$/u.exec(path) ?? [];
  return wellKnown === undefined || issuer === undefined ? path : `${issuer}${wellKnown}`;
}
