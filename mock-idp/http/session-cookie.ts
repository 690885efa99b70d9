import type { IncomingMessage } from 'node:http';
import type { Issuer } from '../issuer.ts';
import type { Session } from '../sessions.ts';

/** As Better Auth calls it. */
const COOKIE = 'better-auth.session_token';

/** Each issuer's cookie is sent to that issuer only, so that signing in at one does not sign out of another. */
export function sessionCookie(
  { name }: Pick<Issuer, 'name'>,
  { token, createdAt, expiresAt }: Session,
): string {
  const seconds = (expiresAt - createdAt) / 1000;
  return `${COOKIE}=${token}; Max-Age=${seconds}; Path=/${name}; HttpOnly; SameSite=Lax`;
}

export function noSessionCookie({ name }: Pick<Issuer, 'name'>): string {
  return `${COOKIE}=; Path=/${name}; Max-Age=0; HttpOnly; SameSite=Lax`;
}

/** The session of a request, by cookie or bearer token. */
export function currentSession(
  request: IncomingMessage,
  { state }: Pick<Issuer, 'state'>,
): Session | undefined {
  const token = bearerToken(request) ?? cookie(request);
  return token === undefined ? undefined : state.sessions.find(token);
}

/** The token of an `Authorization: Bearer` header (RFC 6750 §2.1). */
export function bearerToken({ headers }: IncomingMessage): string | undefined {
  return /^bearer +(\S+)$/iu.exec(headers.authorization ?? '')?.[1];
}

/** The first one: a browser sends the one with the longest path first (RFC 6265 §5.4). */
function cookie({ headers }: IncomingMessage): string | undefined {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
}
