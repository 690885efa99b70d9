import type { MintedToken, MintRequest } from './control.ts';
import type { JsonObject } from './forgeries/forgery.ts';
import { overlay, toJson } from './json.ts';
import { signCompact } from './jws.ts';
import type { AlgorithmKey } from './signing-key.ts';
import { absoluteTimes } from './times.ts';
import type { DemoUser } from './users.ts';

/** What the tokens of an issuer are made from where a request says nothing. */
export interface TokenDefaults {
  readonly issuer: string;
  readonly audience: string;
  readonly users: readonly DemoUser[];
  /** Seconds from `iat` to `exp`. */
  readonly lifetime: number;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** What a request says of a token, but for the key. */
export type TokenRequest = Omit<MintRequest, 'key'>;

/** Header and claims of a good token, the request's members laid over them. */
export function tokenParts(
  request: TokenRequest,
  { alg, kid }: Pick<AlgorithmKey, 'alg' | 'kid'>,
  defaults: TokenDefaults,
): { readonly header: JsonObject; readonly claims: JsonObject } {
  const { issuer, audience, users, lifetime, now } = defaults;
  // A token whose sub names a known user bears that user's claims, not somebody else's.
  const user = users.find(({ sub }) => sub === request.claims?.['sub']) ?? users[0];
  const claims = {
    iss: issuer,
    aud: audience,
    sub: user?.sub,
    email: user?.email,
    name: user?.name,
    iat: now,
    exp: now + lifetime,
  };
  return {
    header: overlay({ alg, typ: request.typ ?? 'JWT', kid }, request.header),
    claims: absoluteTimes(overlay(claims, request.claims), now),
  };
}

/** Signed on the thread pool by the algorithm of the key, whatever the header says. */
export async function signToken(
  { header, claims }: Pick<MintedToken, 'header' | 'claims'>,
  key: AlgorithmKey,
): Promise<MintedToken> {
  const token = await signCompact(toJson(header, 'The header'), toJson(claims, 'The claims'), key);
  return { token, header, claims };
}
