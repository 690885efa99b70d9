/** A token to be made. Without any member: by the active key (RS256), `aud`, `sub` of the first demo user, 5 minutes. */
export interface MintRequest {
  /** Merged over the default claims; `null` removes one. Times may be relative to now: `"-1s"`, `"+15m"`, `"+1h"`, `"now"`. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Merged over the default header, whose `alg` is the key's; `null` removes a member. */
  readonly header?: Readonly<Record<string, unknown>>;
  /** Which key signs: a kid of the ring, or `unpublished` for a key no JWKS ever shows. Default: the active key. The header's `kid` follows it unless given. */
  readonly key?: string;
  /** `typ` of the header, e.g. `at+jwt` (RFC 9068 §2.1). Default: `JWT`. */
  readonly typ?: string;
}

/** Tokens to be made that differ in some claims only. */
export interface BatchRequest extends MintRequest {
  /** How many; 1 to 1 000 000. */
  readonly count: number;
  /**
   * Claims laid over `claims` in each token. In a text `{n}` is the number of the token, from 1, and `{uuid}` an
   * identifier of its own: `{ sub: 'user-{n}', jti: '{uuid}' }`.
   */
  readonly each?: Readonly<Record<string, unknown>>;
  /** What `{uuid}` is drawn from. The same seed, key and time make the same tokens. Default: another one every time. */
  readonly seed?: string;
}

/** What a forged token starts from. */
export interface ForgeRequest extends Pick<MintRequest, 'claims' | 'header'> {
  /** Clock leeway of the backend in seconds, for forgeries at a bound; default 5. */
  readonly leeway?: number;
  /** `sub` of another user who exists; default: the second demo user. */
  readonly otherSub?: string;
}

export interface MintedToken {
  readonly token: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

export interface ForgedToken {
  /** Name of the forgery. */
  readonly name: string;
  /** Which of its forms, where it has several; else empty. */
  readonly variant: string;
  readonly token: string;
}

/**
 * What a forged token must lead to. `refuse`: 401 `invalid_token`. `expire`: 401 `token_expired`. `accept`: 200, a
 * positive control. `either`: the standards leave it open, but never a 5xx and never another user's identity.
 */
export type ForgeryVerdict = 'refuse' | 'expire' | 'accept' | 'either';

export interface ForgeryInfo {
  readonly name: string;
  /** Id of the requirement it tests; same as the name unless several forgeries serve one requirement. */
  readonly requirement: string;
  readonly verdict: ForgeryVerdict;
  /** The one thing in which it differs from a good token. */
  readonly defect: string;
  readonly references: readonly string[];
}
