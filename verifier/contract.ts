/** Options of `createVerifier`. Times are in seconds. */
export interface VerifierOptions {
  /** Where the key set is: an absolute http(s) URL (RFC 7517 §5). */
  readonly jwksUrl: string;
  /** The one `iss` accepted, compared exactly (RFC 7519 §4.1.1). */
  readonly issuer: string;
  /** The token's `aud` must hold this value (RFC 7519 §4.1.3). */
  readonly audience: string;
  /** The algorithms accepted (RFC 8725 §3.1). RS256 is the only one the contract knows. */
  readonly algorithms: readonly ['RS256'];
  /** Clock leeway for `exp`, `nbf` and `iat`: 0 to 60, default 5. */
  readonly leeway?: number;
  /**
   * How long a key set is used before it must be fetched again; default 3600. Where the HTTP headers of the answer
   * allow less (RFC 9111 §4.2), that counts, but never less than the cool-down.
   */
  readonly cacheTtl?: number;
  /** An unknown kid may cause a fetch this often once the two at hand are spent; default 30. */
  readonly cooldown?: number;
  /** Deadline of one fetch, to the last byte; default 5. */
  readonly timeout?: number;
  /** How long past its TTL the last good set serves while the endpoint fails; default 3600. */
  readonly maxStale?: number;
  /** Longest token looked at, in bytes; default 16384, which is what Node lets through in all headers together. */
  readonly maxTokenBytes?: number;
  /** Bounds of the cache of verified tokens, or `false` to check every signature anew. */
  readonly tokenCache?: false | TokenCacheOptions;
  /** Injected for tests. Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Injected for tests. */
  readonly fetch?: typeof globalThis.fetch;
  /** Told of every fetch, refusal and verification; for logs and metrics. Never told of a token. */
  readonly onEvent?: (event: VerifierEvent) => void;
}

export interface TokenCacheOptions {
  /** Most tokens held; default 32768. */
  readonly maxTokens?: number;
  /** Most memory held, in bytes, as estimated from the tokens' lengths and the number of members in their claims; default 64 MiB. */
  readonly maxBytes?: number;
}

/** Checks RS256 access tokens against one issuer's key set. Holds a cache and timers that keep no process alive. */
export interface Verifier extends AsyncDisposable {
  /**
   * The verified claims.
   * @throws TokenError `invalid_token`, `token_expired` or `jwks_unavailable`
   */
  verify(token: string): Promise<VerifiedToken>;
  /**
   * The same without a promise, for the usual case that the key is at hand. `undefined` says that only a fetch can
   * tell: call `verify` then.
   * @throws TokenError `invalid_token` or `token_expired`
   */
  verifySync(token: string): VerifiedToken | undefined;
  /**
   * The same with the refusal given and not thrown, for middleware: bad tokens are its everyday work, and an error for
   * each of them would cost more than finding out.
   */
  judge(token: string): VerifiedToken | Refusal | undefined;
  /** Fetches the key set now. @throws JwksError with the cause in words where there is no usable set. */
  warm(): Promise<void>;
  /** Whether a usable key set is at hand. */
  readonly ready: boolean;
}

/** Why a token was refused, as `TokenError` says it. */
export interface Refusal {
  readonly code: 'invalid_token' | 'token_expired';
  readonly reason: RefusalReason;
}

/** A token whose signature and claims were checked. Frozen to the last member, unless there is no cache through which repeated tokens share it. */
export interface VerifiedToken {
  readonly header: Readonly<Record<string, unknown>> & { readonly alg: 'RS256'; readonly kid: string };
  readonly claims: Readonly<Record<string, unknown>> & {
    readonly iss: string;
    readonly sub: string;
    readonly aud: string | readonly string[];
    readonly exp: number;
  };
}

/** The closed list of error codes of the contract (`spec/openapi.yaml`, `AuthError`). */
export type AuthErrorCode =
  | 'missing_token'
  | 'invalid_token'
  | 'token_expired'
  | 'forbidden'
  | 'insufficient_scope'
  | 'jwks_unavailable';

/**
 * Which check refused a token, for logs and metrics only: before its signature is verified nothing about a token may
 * be told to whoever sent it. Header and claim names stand for a bad value of that member.
 */
export type RefusalReason =
  | 'length'
  | 'segments'
  | 'encoding'
  | 'header'
  | 'alg'
  | 'crit'
  | 'b64'
  | 'typ'
  | 'kid'
  | 'payload'
  | 'iss'
  | 'aud'
  | 'sub'
  | 'exp'
  | 'nbf'
  | 'iat'
  | 'unknown-kid'
  | 'signature'
  | 'expired'
  | 'no-key-set';

export type VerifierEvent =
  | { readonly type: 'verified'; readonly durationMs: number; readonly cached: boolean }
  | { readonly type: 'refused'; readonly code: AuthErrorCode; readonly reason: RefusalReason }
  | { readonly type: 'jwks-hit' | 'jwks-miss' }
  | (KeySetEvent & {
      readonly type: 'jwks-fetched';
      /** The endpoint answered 304: the set is the one that was at hand. */
      readonly notModified: boolean;
      readonly keys: number;
      readonly skipped: number;
      /** A line per skipped entry: its place, kid and fault, e.g. `key 1 (kid "k2") shows its private part`. */
      readonly faults: readonly string[];
    })
  | (KeySetEvent & {
      readonly type: 'jwks-failed';
      readonly reason: JwksFailure;
      /** Endpoint and cause in words, for a log. */
      readonly message: string;
    });

/** One fetch of a key set. Times in milliseconds since the epoch, 0 where there never was a set. */
interface KeySetEvent {
  readonly issuer: string;
  /** What asked for it: `warm()`, the refresh in the background, or a token whose key is not at hand. */
  readonly cause: FetchCause;
  readonly durationMs: number;
  /** When the set at hand is to be fetched anew. */
  readonly freshUntil: number;
  /** Until when the set at hand serves if no fetch succeeds. */
  readonly usableUntil: number;
}

export type FetchCause = 'warm' | 'refresh' | 'lookup';

/** Why no usable key set could be had from the endpoint. */
export type JwksFailure =
  | 'unreachable'
  | 'timeout'
  | 'redirect'
  | 'status'
  | 'too-large'
  | 'interrupted'
  | 'not-json'
  | 'not-a-key-set'
  | 'no-usable-key';
