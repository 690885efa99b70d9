import type { KeyObject } from 'node:crypto';
import type { ForgeryInfo } from '../control.ts';

/** A token that differs from a good one in exactly one thing. Registered by name; its file is named after what it breaks. */
export interface Forgery extends ForgeryInfo {
  /** One token, or one per variant of the same defect. Pure: all it needs is in the kit. */
  readonly make: (kit: ForgeKit) => readonly ForgedVariant[] | Promise<readonly ForgedVariant[]>;
}

export interface ForgedVariant {
  /** What sets it apart from the other variants, in a word or two; empty where there is one. */
  readonly variant: string;
  readonly token: string;
}

/** Everything a forged token is made of. */
export interface ForgeKit {
  /** Seconds since the epoch. */
  readonly now: number;
  /** Header of a good token, overrides of the request merged: `{ alg: 'RS256', typ: 'JWT', kid }`. */
  readonly header: JsonObject;
  /** Claims of a good token, overrides of the request merged: iss, aud, sub, email, name, iat, exp (now + 5 min). */
  readonly claims: JsonObject;
  /** Clock leeway of the backend in seconds; bounds are forged on both sides of it. */
  readonly leeway: number;
  /** `sub` of a second user, who exists. */
  readonly otherSub: string;
  /** Signs good tokens; published. */
  readonly active: SigningKey;
  /** Published beside the active key. */
  readonly published: SigningKey;
  /** RSA 2048 that no JWKS ever shows. */
  readonly unpublished: SigningKey;
  /** RSA 2048 that only the attacker's JWKS shows. */
  readonly attacker: SigningKey;
  /** Where the attacker's key set is; a request to it is a hit in the journal of the issuer `attacker`. */
  readonly attackerJwksUrl: string;
  /** Issuer URL of the attacker. */
  readonly attackerIssuer: string;
  /** The key set as served, for forgeries that use it as a secret. */
  readonly jwks: { readonly keys: readonly JsonObject[] };
}

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export type JsonObject = Readonly<Record<string, unknown>>;
