/** `token`: tokens for a session, a code or a client. `refresh`: tokens for a refresh token, wherever it is sent. */
export type FaultEndpoint =
  | 'jwks'
  | 'discovery'
  | 'authorize'
  | 'token'
  | 'refresh'
  | 'userinfo'
  | 'introspection'
  | 'revocation'
  | 'end-session'
  | 'sign-in'
  | 'sign-up'
  | 'session';

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
