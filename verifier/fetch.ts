import type { AuthErrorResponse } from './auth-error.ts';
import type { VerifiedToken, Verifier } from './contract.ts';
import { checkOwner, createAuthenticate, createScopeCheck, isRefusal, serverTiming } from './gate.ts';
import type { RealmOptions, RequireAuthOptions } from './gate.ts';
import type { Scope } from './scope.ts';

/*
 * The token gate for whatever takes a Request and gives a Response (Fetch standard): Hono, Next.js, Deno, Bun.
 * Nobody is let in by an exception: each function gives the answer that refuses the request, to be returned.
 */

/**
 * The verified token of a request, or the answer that refuses it.
 * @param answerHeaders where `serverTiming` is on: the headers of the answer to come, which get `Server-Timing`
 */
export type FetchAuthenticate = (
  request: Request,
  answerHeaders?: Headers,
) => Promise<VerifiedToken | Response>;

/** The answer that refuses a token; nothing for one that is good enough. */
export type FetchCheck = (auth: VerifiedToken) => Response | undefined;

/**
 * The gate for requests of the Fetch standard.
 * @throws VerifierConfigError where the realm cannot stand in a challenge
 * @example
 * const authenticate = createFetchAuthenticate(verifier);
 * export async function GET(request: Request): Promise<Response> {
 *   const auth = await authenticate(request);
 *   if (auth instanceof Response) return auth;
 *   return Response.json({ user_id: auth.claims.sub });
 * }
 */
export function createFetchAuthenticate(
  verifier: Verifier,
  options: RequireAuthOptions = {},
): FetchAuthenticate {
  const authenticate = createAuthenticate(verifier, options);
  return async (request, answerHeaders) => {
    const startedAt = performance.now();
    const admission = await authenticate(authorizationValues(request.headers));
    if (isRefusal(admission)) return toResponse(admission);
    if (options.serverTiming === true) answerHeaders?.append('server-timing', serverTiming(startedAt));
    return admission;
  };
}

/**
 * The same for scopes, all of which are needed.
 * @throws VerifierConfigError where a scope is none, or the realm cannot stand in a challenge
 */
export function createFetchScopeCheck(scope: Scope, options: RealmOptions = {}): FetchCheck {
  const check = createScopeCheck(scope, options);
  return (auth) => {
    const refusal = check(auth);
    return refusal && toResponse(refusal);
  };
}

/** The answer to whoever is not `owner`, such as the user id in a path, percent-decoded; nothing for the owner. */
export function refuseOthers(auth: VerifiedToken, owner: string): Response | undefined {
  const refusal = checkOwner(auth, owner);
  return refusal && toResponse(refusal);
}

function toResponse({ status, headers, body }: AuthErrorResponse): Response {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  return new Response(bytes, { status, headers: { ...headers, 'content-length': String(bytes.byteLength) } });
}

/**
 * What a `Headers` object has made of the `Authorization` lines: several are joined with commas. Parameters of one
 * set of credentials have commas between them too, but each of them has a name and `=` (RFC 9110 §11.4).
 */
function authorizationValues(headers: Headers): readonly string[] {
  const value = headers.get('authorization');
  if (value === null) return [];
  const [first = '', ...rest] = value.split(',');
  return rest.every((part) => /^\s*[\w!#$%&'*+.^`|~-]+\s*=/.test(part)) ? [value] : [first, ...rest];
}
