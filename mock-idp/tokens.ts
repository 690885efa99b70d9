import type { KeyAlgorithm, MintedToken, MintRequest } from './control.ts';
import type { JsonObject } from './forgeries/forgery.ts';
import { overlay, toJson } from './json.ts';
import { signCompact } from './jws.ts';
import type { AlgorithmKey } from './signing-key.ts';
import { absoluteTimes } from './times.ts';
import type { DemoUser } from './users.ts';

/** What a token is made from where a request says nothing. */
export interface TokenContext {
  readonly issuer: string;
  readonly audience: string;
  /** Whose token it is; nobody's where a client acts for itself. */
  readonly user: DemoUser | undefined;
  /** Who it was given to, where that is known. */
  readonly clientId?: string;
  /** Space-separated (RFC 6749 §3.3). */
  readonly scope?: string;
  readonly jti?: string;
  /** When the user signed in, in seconds since the epoch. */
  readonly authTime?: number;
  /** Session of the user. */
  readonly sid?: string;
  readonly nonce?: string;
  /** Seconds from `iat` to `exp`. */
  readonly lifetime: number;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** How the tokens of a provider look. Claims that are `undefined` are left out. */
export interface TokenShape {
  /** `typ` of the header, where it has one. */
  readonly typ: string | undefined;
  readonly accessToken: (context: TokenContext) => JsonObject;
  readonly idToken: (context: TokenContext) => JsonObject;
}

/** What a request says of a token, but for the key. */
export type TokenRequest = Omit<MintRequest, 'key'>;

/** Header and claims of a good token, the request's members laid over them. */
export function tokenParts(
  request: TokenRequest,
  base: { readonly claims: JsonObject; readonly typ: string | undefined; readonly now: number },
  { alg, kid }: { readonly alg: KeyAlgorithm; readonly kid: string },
): { readonly header: JsonObject; readonly claims: JsonObject } {
  return {
    header: overlay({ alg, typ: request.typ ?? base.typ, kid }, request.header),
    claims: issuedInTime(absoluteTimes(overlay(base.claims, request.claims), base.now), request, base.claims),
  };
}

/**
 * A token that has expired was issued before that: where a request asks for an `exp` that has passed and says nothing of
 * `iat`, the whole lifetime lies in the past. Else the token would have a second fault (`exp` before `iat`), for which
 * some verifiers refuse it before they look at the time.
 */
function issuedInTime(claims: JsonObject, request: TokenRequest, good: JsonObject): JsonObject {
  const { exp, iat } = claims;
  if (request.claims?.['iat'] !== undefined || typeof exp !== 'number' || typeof iat !== 'number')
    return claims;
  return exp > iat ? claims : { ...claims, iat: exp - (Number(good['exp']) - iat) };
}

/** Signed on the thread pool by the algorithm of the key, whatever the header says. */
export async function signToken(
  { header, claims }: Pick<MintedToken, 'header' | 'claims'>,
  key: AlgorithmKey,
): Promise<MintedToken> {
  const token = await signCompact(toJson(header, 'The header'), toJson(claims, 'The claims'), key);
  return { token, header, claims };
}
