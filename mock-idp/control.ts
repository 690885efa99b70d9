/**
 * What a test may ask of a mock identity provider. The same interface is served in process by `startMockIdp()`
 * and over HTTP (`/_mock`) by `connectMockIdp()`, so a suite in any language has the same power.
 */
export interface MockIdpControl {
  /** Base URL of the server, without a trailing slash. */
  readonly url: string;
  /**
   * The issuer at a leading path, also of several segments (`realms/demo`); made on first use, isolated from every other.
   * Without a name: the default issuer, at the root.
   */
  issuer(name?: string): IssuerControl;
  /** What time it is for this server: for the tokens of every issuer, their sessions, and all that is answered. */
  clock(): Promise<ClockInfo>;
  setClock(change: ClockChange): Promise<ClockInfo>;
}

/** Spans are written like `"-1s"`, `"+15m"`, `"+1h"`, `"+7d"`. */
export type ClockChange =
  /** Stands still: now, or at a time like `"2030-01-31T12:00:00Z"` or `"+15m"`. */
  | { readonly kind: 'freeze'; readonly at?: string }
  /** Goes forward or back from where it is, standing or running as before. */
  | { readonly kind: 'advance'; readonly by: string }
  /** Runs, that far from real time. */
  | { readonly kind: 'offset'; readonly by: string }
  /** Real time again. */
  | { readonly kind: 'real' };

export interface ClockInfo {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly iso: string;
  readonly frozen: boolean;
  /** How far it is from real time. */
  readonly offsetMs: number;
}

/** One issuer: its key ring, tokens, faults and journal. Nothing here touches another issuer. */
export interface IssuerControl {
  /** The `iss` of its tokens, e.g. `http://127.0.0.1:4000` or `http://127.0.0.1:4000/tenant-a`. */
  readonly issuer: string;
  /** `<issuer>/.well-known/jwks.json`; below `url` where the issuer is pinned to another. */
  readonly jwksUrl: string;
  /** The `aud` of its tokens. */
  readonly audience: string;

  mint(request?: MintRequest): Promise<MintedToken>;
  /** Many tokens, signed on every core, in order and no faster than they are read: a pool for a load test. */
  mintMany(request: BatchRequest): AsyncIterable<MintedToken>;
  /** Tokens that differ from a good one in exactly one thing; see `forgeries`. Most names give one token, some give variants. */
  forge(name: string, request?: ForgeRequest): Promise<readonly ForgedToken[]>;

  keys(): Promise<readonly KeyInfo[]>;
  /** One call per story of a key ring. Answers the ring as it is afterwards. */
  changeKeys(change: KeyChange): Promise<readonly KeyInfo[]>;

  /** Makes an endpoint misbehave until it has done so `times` times, or until `clearFaults`. A later fault for the same endpoint replaces the earlier one. */
  fault(fault: Fault): Promise<void>;
  clearFaults(): Promise<void>;

  /** Requests this issuer has got, oldest first. */
  journal(filter?: JournalFilter): Promise<readonly JournalEntry[]>;
  /** Resolves as soon as `count` requests match; throws `MockIdpError` "journal_timeout" after `timeoutMs`. */
  waitFor(
    filter: JournalFilter & { readonly count: number; readonly timeoutMs: number },
  ): Promise<readonly JournalEntry[]>;

  /** Changes what this issuer goes by. Answers what holds afterwards. */
  configure(settings: IssuerSettings): Promise<IssuerInfo>;

  /** Fresh keys, no faults, empty journal, nobody signed in, settings as at the start. */
  reset(): Promise<void>;
}

/** What an issuer goes by. A member that is left out stays as it is; `null` takes it back to what it was at the start. */
export interface IssuerSettings {
  /** `iss` of its tokens, verbatim. Default: its URL, as the client that asks sees it. */
  readonly issuer?: string | null;
  /** `aud` of its tokens. */
  readonly audience?: string | null;
  /** Seconds the access token of a signed-in user lives. */
  readonly tokenLifetime?: number | null;
  /**
   * Members laid over its discovery document (RFC 8414 §2), where `null` removes one. So `jwks_uri` and each endpoint
   * can be on another host than the issuer.
   */
  readonly metadata?: Readonly<Record<string, unknown>> | null;
  /** What is said of how long an answer may be kept. Default: nothing. */
  readonly caching?: Readonly<Partial<Record<'jwks' | 'discovery', Caching>>> | null;
}

/** Response headers of RFC 9111 and RFC 9110 §8.8.3. */
export interface Caching {
  /** Verbatim, e.g. `max-age=600, must-revalidate`. */
  readonly cacheControl?: string;
  /** Whether the answer bears an `ETag`; a request that has it already is answered with 304. */
  readonly etag?: boolean;
  /** `Expires`, so far from now: `"+10m"`, `"-1h"`. */
  readonly expires?: string;
  /** Seconds, as if a cache between had kept it so long. */
  readonly age?: number;
}

/** `GET /_mock/info`: what a client must know to test against an issuer. */
export interface IssuerInfo {
  /** Leading path; empty for the default issuer. */
  readonly name: string;
  /** Where the server is reached, as the client that asks sees it; `issuer` begins with it unless pinned. */
  readonly url: string;
  readonly issuer: string;
  readonly jwksUrl: string;
  readonly audience: string;
  readonly tokenLifetime: number;
  readonly users: readonly { readonly sub: string; readonly email: string; readonly name: string }[];
}

/** `GET /_mock/issuers`. */
export interface IssuersInfo {
  readonly url: string;
  readonly issuers: readonly IssuerInfo[];
  /** Where an issuer will be that is yet to come, with `{name}` for its name. */
  readonly template: Pick<IssuerInfo, 'name' | 'issuer' | 'jwksUrl' | 'audience'>;
}

/** A token to be made. Without any member: RS256, the active key, `aud`, `sub` of the first demo user, 5 minutes. */
export interface MintRequest {
  /** Merged over the default claims; `null` removes one. Times may be relative to now: `"-1s"`, `"+15m"`, `"+1h"`, `"now"`. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Merged over the default header; `null` removes a member. */
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

/** announced: published, not signing yet. active: published, signs. passive: published, signs no more. withdrawn: not published. */
export type KeyState = 'announced' | 'active' | 'passive' | 'withdrawn';

export interface KeyInfo {
  readonly kid: string;
  readonly state: KeyState;
  readonly alg: string;
  /** The public JWK as published (or as it would be). Never a private member. */
  readonly publicJwk: Readonly<Record<string, unknown>>;
}

export type KeyChange =
  /** A new active key; the old one stays published as passive (overlap, the default) or is withdrawn at once. */
  | { readonly story: 'rotate'; readonly overlap?: boolean }
  /** Publish a key that does not sign yet. */
  | { readonly story: 'announce' }
  | { readonly story: 'promote'; readonly kid: string }
  | { readonly story: 'withdraw'; readonly kid: string }
  /** Put a withdrawn key back (passive). */
  | { readonly story: 'restore'; readonly kid: string }
  /** All keys out, one new active key in. */
  | { readonly story: 'revoke-all' }
  /** New key material under the active kid. */
  | { readonly story: 'same-kid' }
  /** Entries served beside the ring, verbatim: odd keys of every sort. An empty list takes them away. `first` puts them before the ring. */
  | { readonly story: 'decoys'; readonly keys: readonly unknown[]; readonly first?: boolean }
  /** Members merged over every published ring key (`null` removes one), e.g. `{ use: null }`, `{ alg: 'RS512' }`. */
  | { readonly story: 'edit'; readonly members: Readonly<Record<string, unknown>> };

/** `token`: tokens for a session, a code or a client. `refresh`: tokens for a refresh token, wherever it is sent. */
export type FaultEndpoint =
  'jwks' | 'discovery' | 'token' | 'refresh' | 'sign-in' | 'session' | 'userinfo' | 'introspection';

/** What an endpoint does instead of answering well. */
export interface Fault {
  readonly endpoint: FaultEndpoint;
  /** Applied in order, one per request; the last one stays. `ok` answers normally. */
  readonly actions: readonly FaultAction[];
  /** How often the sequence applies before the endpoint is well again; default: until cleared. */
  readonly times?: number;
}

export type FaultAction =
  | { readonly kind: 'ok' }
  /** Waits, each time up to `jitterMs` longer, then answers normally. */
  | { readonly kind: 'delay'; readonly ms: number; readonly jitterMs?: number }
  /** Takes the request and never answers. */
  | { readonly kind: 'hang' }
  /** Sends headers at once, then one byte every `intervalMs`. */
  | { readonly kind: 'drip'; readonly intervalMs: number }
  /** Resets the connection before any byte. */
  | { readonly kind: 'reset' }
  /** Answers 200 with the right Content-Length and closes half-way through the body. */
  | { readonly kind: 'truncate' }
  /** Answers well-framed, but the JSON ends half-way. */
  | { readonly kind: 'invalid-json' }
  /** The good JSON with these members laid over it, where `null` removes one: a wrong `issuer`, no `jwks_uri`. */
  | { readonly kind: 'edit'; readonly members: Readonly<Record<string, unknown>> }
  /** The good answer under these headers: a wrong `content-type`, a `content-encoding` that is not true. */
  | { readonly kind: 'headers'; readonly headers: Readonly<Record<string, string>> }
  /** Any answer at all: `body`, or `json` as `application/json`. */
  | {
      readonly kind: 'respond';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
      /** How `body` stands for the bytes sent: as their UTF-8 text (default), or as base64 where they are none. */
      readonly encoding?: 'utf8' | 'base64';
      readonly json?: unknown;
    }
  /** 302 to a URL; default: the `attacker` issuer's JWKS. */
  | { readonly kind: 'redirect'; readonly location?: string }
  /** A JSON document padded to this many bytes. */
  | { readonly kind: 'oversized'; readonly bytes: number }
  /** The key set as it was when the fault was set. */
  | { readonly kind: 'stale' };

export interface JournalEntry {
  /** Counts up from 1 per issuer. */
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly method: string;
  /** As received, with the query. */
  readonly path: string;
  /** Which endpoint it hit: a `FaultEndpoint`, or `other`. */
  readonly endpoint: string;
  /** Lower-case names; credentials redacted. */
  readonly headers: Readonly<Record<string, string>>;
  /** Status answered; 0 where the connection was dropped or left hanging. */
  readonly status: number;
}

export interface JournalFilter {
  readonly endpoint?: string;
  /** Only entries with a greater `seq`. */
  readonly after?: number;
}
