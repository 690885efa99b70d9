import { authErrorOf, authErrorResponse, checkRealm } from './auth-error.ts';
import type { AuthErrorResponse } from './auth-error.ts';
import { parseAuthorization } from './bearer.ts';
import type { VerifiedToken, Verifier } from './contract.ts';
import { checkScope, grants } from './scope.ts';
import type { Scope } from './scope.ts';

/*
 * The decisions of the token gate without a framework: its faces (express.ts, fastify.ts, fetch.ts) take them from
 * here, and only carry a request in and an answer out.
 */

export interface RealmOptions {
  /** Name of the protected space in the challenge (RFC 9110 §11.5); default `api`. */
  readonly realm?: string;
}

export interface RequireAuthOptions extends RealmOptions {
  /**
   * Whether answers to accepted requests say how long the token took: `Server-Timing: jwt;dur=<milliseconds>`;
   * default false. Refusals never do: the time would tell which check failed.
   */
  readonly serverTiming?: boolean;
}

/** A verified token, or the answer that refuses the request. */
export type Admission = VerifiedToken | AuthErrorResponse;

export function isRefusal(admission: Admission): admission is AuthErrorResponse {
  return 'status' in admission;
}

/**
 * Judges the values of all `Authorization` header lines of a request. Gives a promise only where a key must be
 * fetched. Throws, or rejects, only with what is about neither a token nor a key set.
 */
export type Authenticate = (authorization: readonly string[]) => Admission | Promise<Admission>;

/** @throws VerifierConfigError where the realm cannot stand in a challenge */
export function createAuthenticate(verifier: Verifier, { realm }: RealmOptions): Authenticate {
  checkRealm(realm);
  const answers = {
    missing_token: authErrorResponse('missing_token', { realm }),
    invalid_token: authErrorResponse('invalid_token', { realm }),
    token_expired: authErrorResponse('token_expired', { realm }),
  };
  const refuse = (error: unknown): AuthErrorResponse => {
    const refusal = authErrorOf(error, realm);
    if (refusal === undefined) throw error;
    return refusal;
  };
  return (authorization) => {
    const credentials = parseAuthorization(authorization);
    if (credentials === 'missing') return answers.missing_token;
    if (credentials === 'malformed') return answers.invalid_token;
    const verdict = verifier.judge(credentials.token);
    if (verdict === undefined) return verifier.verify(credentials.token).catch(refuse);
    return 'code' in verdict ? answers[verdict.code] : verdict;
  };
}

/** The refusal of a token that lacks a scope; nothing for one that has them all. */
export type CheckScope = (auth: VerifiedToken) => AuthErrorResponse | undefined;

/** @throws VerifierConfigError where a scope is none, or the realm cannot stand in a challenge */
export function createScopeCheck(scope: Scope, { realm }: RealmOptions): CheckScope {
  checkRealm(realm);
  const scopes = checkScope(scope);
  const refusal = authErrorResponse('insufficient_scope', { realm, scope: scopes.join(' ') });
  return ({ claims }) => (grants(claims, scopes) ? undefined : refusal);
}

/** The refusal of whoever is not `owner`, character by character; nothing for the owner. */
export function checkOwner({ claims }: VerifiedToken, owner: string): AuthErrorResponse | undefined {
  return owner === claims.sub ? undefined : authErrorResponse('forbidden');
}

/** The value of `Server-Timing` (W3C Server Timing) for what began at `startedAt` of `performance.now()`. */
export function serverTiming(startedAt: number): string {
  return `jwt;dur=${(performance.now() - startedAt).toFixed(3)}`;
}

/** The values of all `Authorization` lines as sent: `headers` of node:http keeps the first and hides the rest. */
export function authorizationLines(rawHeaders: readonly string[]): string[] {
  const values: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length === 13 && name.toLowerCase() === 'authorization')
      values.push(rawHeaders[index + 1] ?? '');
  }
  return values;
}
