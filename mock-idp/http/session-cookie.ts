import type { IncomingMessage } from 'node:http';
import type { Issuer } from '../issuer.ts';
import type { Session } from '../sessions.ts';

/** As Better Auth calls it. */
const COOKIE = 'better-auth.session_token';

/** Each issuer's cookie is sent to that issuer only, so that signing in at one does not sign out of another. */
export function sessionCookie(
  { name }: Pick<Issuer, 'name'>,
  { token, signature, createdAt, expiresAt }: Session,
): string {
  const seconds = (expiresAt - createdAt) / 1000;
  return `${COOKIE}=${encodeURIComponent(`${token}.${signature}`)}; Max-Age=${seconds}; Path=/${name}; HttpOnly; SameSite=Lax`;
}

export function noSessionCookie({ name }: Pick<Issuer, 'name'>): string {
  return `${COOKIE}=; Max-Age=0; Path=/${name}; HttpOnly; SameSite=Lax`;
}

/** The session of a request: by its signed cookie, or by a bearer token, as with the bearer plugin of Better Auth. */
export function currentSession(
  request: IncomingMessage,
  { state }: Pick<Issuer, 'state'>,
): Session | undefined {
  const bearer = bearerToken(request);
  if (bearer !== undefined) return state.sessions.find(bearer);
  const [token = '', signature] = cookie(request).split('.', 2);
  const session = state.sessions.find(token);
  return session?.signature === signature ? session : undefined;
}

/** The token of an `Authorization: Bearer` header (RFC 6750 §2.1). */
export function bearerToken({ headers }: IncomingMessage): string | undefined {
  return /^bearer +(\S+)$/iu.exec(headers.authorization ?? '')?.[1];
}

/** The first one: a browser sends the one with the longest path first (RFC 6265 §5.4). Empty where there is none. */
function cookie({ headers }: IncomingMessage): string {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const value = pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1) ?? '';
  try {
    return decodeURIComponent(value);
  } catch {
    return '';
  }
}
