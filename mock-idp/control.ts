import type { Fault } from './control-faults.ts';
import type { KeyChange, KeyInfo } from './control-keys.ts';
import type { BatchRequest, ForgedToken, ForgeRequest, MintedToken, MintRequest } from './control-tokens.ts';

export type * from './control-faults.ts';
export type * from './control-keys.ts';
export type * from './control-tokens.ts';

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
  /** Forgets them. `seq` goes on counting. */
  clearJournal(): Promise<void>;
  /** Resolves as soon as `count` requests match; throws `MockIdpError` "journal_timeout" after `timeoutMs`. */
  waitFor(
    filter: JournalFilter & { readonly count: number; readonly timeoutMs: number },
  ): Promise<readonly JournalEntry[]>;

  /** Changes what this issuer goes by. Answers what holds afterwards. */
  configure(settings: IssuerSettings): Promise<IssuerInfo>;

  /** The keys it began with where it was given some, else new ones; no faults, empty journal, nobody signed in, settings as at the start. */
  reset(): Promise<void>;
}

/** What an issuer goes by. A member that is left out stays as it is; `null` takes it back to what it was at the start. */
export interface IssuerSettings {
  /** Whose tokens, key set and paths it copies. Default: nobody's. */
  readonly preset?: PresetName | null;
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

/** Providers whose tokens backends trust. */
export type PresetName =
  'better-auth' | 'auth0' | 'cognito' | 'entra-id' | 'keycloak' | 'okta' | 'google' | 'firebase';

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
  /** Whose tokens, key set and paths it copies; `null` for nobody's. */
  readonly preset: PresetName | null;
  readonly users: readonly { readonly sub: string; readonly email: string; readonly name: string }[];
}

/** `GET /_mock/issuers`. */
export interface IssuersInfo {
  readonly url: string;
  readonly issuers: readonly IssuerInfo[];
  /** Where an issuer will be that is yet to come, with `{name}` for its name. */
  readonly template: Pick<IssuerInfo, 'name' | 'issuer' | 'jwksUrl' | 'audience'>;
}

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
  /** IP address the request came from. */
  readonly remoteAddress?: string;
  /** `client_id` it said it came from. */
  readonly client?: string;
  /** Of the token in it: a bearer token, or one to be looked at; or of the query. */
  readonly kid?: string;
}

/** All that is given must hold. */
export interface JournalFilter {
  readonly endpoint?: string;
  readonly method?: string;
  /** Without the query. */
  readonly path?: string;
  readonly status?: number;
  readonly client?: string;
  readonly kid?: string;
  /** Only entries with a greater `seq`. */
  readonly after?: number;
}
