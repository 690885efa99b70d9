import type { Area, Contract, Level, Operation } from '../spec/index.ts';
import type { IssuerControl } from '../mock-idp/index.ts';
import type { Database } from './database/database.ts';

/*
 * Read this file first: a check sends requests through a lab and gives a finding; the runner adds what the
 * requirement says (level, area, title, references) and makes the report. Nothing here has behaviour.
 */

/** Four outcomes. "Could not test" is never green: a run whose MUSTs are not testable does not pass. */
export type Outcome = 'pass' | 'fail' | 'not-testable' | 'not-applicable';

/** What a check saw. The level is looked up in the requirement, never stored here. */
export interface Finding {
  readonly outcome: Outcome;
  /** What the contract demands, in a short sentence. */
  readonly expected: string;
  /** What was seen; for `not-testable` and `not-applicable` the reason. Never contains a token. */
  readonly observed: string;
  /** The exchange that decided, tokens redacted. */
  readonly exchange?: Exchange;
  /** Seconds by what they are the time of, e.g. `{ "until a new key was accepted": 0.12 }`. They differ from run to run. */
  readonly measured?: Readonly<Record<string, number>>;
  /** Of `not-testable`: a backend that the suite starts, or one with short times, would show it. */
  readonly needsStart?: true;
}

export interface Check {
  /** Id of the requirement it judges. */
  readonly id: string;
  /**
   * `beside`: sends requests only, may run beside others on the shared backend and issuer.
   * `alone`: counts, times or changes keys on the shared backend, so nothing else may run meanwhile.
   * `own`: asks for a bench of its own (`lab.bench`); runs beside others where the backend can be started by the suite, alone otherwise.
   */
  readonly runs: 'beside' | 'alone' | 'own';
  /** On a backend that runs already it comes before all others that run alone, and however long its cool-down is. */
  readonly vital?: boolean;
  /** It waits for a clock, so it starts before others that run beside it, and they make use of its pauses. */
  readonly waits?: boolean;
  /** Throw `NotTestable` with the reason where a precondition cannot be had. */
  readonly run: (lab: Lab) => Promise<Finding>;
}

/** A backend and the issuer it trusts. */
export interface Bench {
  readonly target: Target;
  readonly idp: IssuerControl;
  /** Times in seconds the backend was started with; `undefined` where it was not started by us and nobody said. */
  readonly cacheTtl: number | undefined;
  readonly cooldown: number | undefined;
  /** Its cool-down is too long to be waited for in one story after the other. */
  readonly refetchesLate?: boolean;
}

/** Everything a check may use. */
export interface Lab extends Bench {
  readonly contract: Contract;
  readonly settings: Settings;
  readonly users: { readonly owner: Principal; readonly other: Principal };
  readonly operations: SampleOperations;
  /** The issuer whose URLs and keys stand in forged tokens; any request in its journal is a failure. */
  readonly attacker: IssuerControl;
  /** The database of the backend, where the user has named it. */
  readonly database: Database | undefined;
  /**
   * A fresh backend with an issuer of its own, started with the given settings and stopped by `await using`.
   * @throws NotTestable where the backend was not started by the suite.
   */
  readonly bench: (options?: BenchOptions) => Promise<OwnBench>;
  /**
   * Makes a resource of this user with the create operation and gives the path parameters that name it, e.g.
   * `{ task_id: '…' }`; merge them over `SampleOperation.parameters`.
   * @throws NotTestable where the contract has no create operation or the answer names no id.
   */
  readonly resource: (user: Principal) => Promise<Readonly<Record<string, string>>>;
  /** Requests that fill in a sample operation: its path, headers and body for a user. */
  readonly request: (sample: SampleOperation, options: RequestOptions) => RequestSpec;
}

export interface BenchOptions {
  /** JWKS_CACHE_TTL and JWKS_COOLDOWN in seconds. */
  readonly cacheTtl?: number;
  readonly cooldown?: number;
  /** Further environment of the backend. */
  readonly env?: Readonly<Record<string, string>>;
  /** Runs before the backend starts: set faults or odd keys here. */
  readonly prepare?: (idp: IssuerControl) => Promise<void>;
  /**
   * Instead of a fresh backend, one with these times that an earlier check has handed back: good keys in its cache, no
   * faults. For stories that need no start, since a start can take seconds. Those that change the key ring take other
   * times than those that need it as it was.
   */
  readonly warm?: boolean;
  /** Wait until the backend is ready (default), only until it listens, or not at all (for backends that must refuse to start). */
  readonly until?: 'ready' | 'listening' | 'exit-or-listening';
}

export interface OwnBench extends Bench, AsyncDisposable {
  /** Exit code, where the backend ended by itself. */
  readonly exitCode: () => number | undefined;
  /** The last lines it wrote, secrets redacted. */
  readonly output: () => string;
  /** Of a warm bench: stops it instead of handing it back, where a story may have spoilt it for the next. */
  readonly discard?: () => Promise<void>;
}

/** A user of the API: whose token it is, and whose resources. */
export interface Principal {
  readonly sub: string;
  /** Further claims of this user's tokens. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** One protected operation, ready to be called. */
export interface SampleOperation {
  readonly operation: Operation;
  /** Values for the path and required query parameters, but for the owner's. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The status a good token gets. */
  readonly success: number;
}

/** The operations a check may choose from. */
export interface SampleOperations {
  /** Every protected operation of the contract. */
  readonly all: readonly SampleOperation[];
  /** The one that the token catalogue runs on: a read, preferably of the caller's own identity. */
  readonly primary: SampleOperation;
  /** A read whose path names its owner; absent where the contract has none. */
  readonly ownedRead?: SampleOperation;
  /** A write that creates under an owner; absent where the contract has none. */
  readonly ownedCreate?: SampleOperation;
}

export interface RequestOptions {
  /** Whose path: fills the owner parameter. Default: the owner. */
  readonly as?: Principal;
  /** `Authorization: Bearer <token>`; absent: no such header. */
  readonly token?: string;
  /** What the report calls the token, e.g. "alg-none". Never the token. */
  readonly label?: string;
}

export interface RequestSpec {
  readonly method: string;
  /** Path and query, sent as it stands: nothing normalises it. */
  readonly path: string;
  /** Name and value, in order; repeated names go out as repeated lines. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: string | Uint8Array;
  /** Secrets in this request that no report may show, with the label that stands for each. */
  readonly secrets: readonly { readonly value: string; readonly label: string }[];
}

export interface Target {
  readonly url: string;
  /** One request on a pooled connection. @throws TargetError where no answer came. */
  send(request: RequestSpec): Promise<Exchange>;
  /** The very bytes on a fresh connection; answers in order (more than one when pipelined). */
  sendRaw(
    bytes: Uint8Array,
    options: { readonly answers?: number; readonly secrets: RequestSpec['secrets'] },
  ): Promise<readonly Exchange[]>;
}

/** One request and its answer, tokens redacted on both sides. */
export interface Exchange {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: readonly (readonly [string, string])[];
    readonly body?: string;
  };
  readonly response: {
    readonly status: number;
    readonly headers: readonly (readonly [string, string])[];
    /** Text, up to 1 MiB; reports cut it at 4 KiB. */
    readonly body: string;
  };
  readonly durationMs: number;
  /** Which parts of the sent secrets the answer held before redaction: `token`, `header`, `payload`, `signature`. */
  readonly echoed?: readonly string[];
  /** What it takes to send the request again by hand. */
  readonly repeat?: Repeat;
}

export interface Repeat {
  /** The tokens in the request, by their labels. */
  readonly tokens: readonly {
    readonly label: string;
    /** Arguments of `gateproof token` that make such a token; absent where the check made it itself. */
    readonly make?: readonly string[];
  }[];
  /** The check wrote the bytes itself, and a client would repair them. */
  readonly raw: boolean;
  /** It went to a backend of the check's own, in the middle of a story about keys or outages. */
  readonly story: boolean;
}

/** Where implementations legitimately differ. No setting blesses a 5xx, foreign data or an accepted forgery. */
export interface Settings {
  /** Declared clock leeway in seconds; the suite tests both sides of it. */
  readonly leeway: number;
  /** Status for another user's resource. */
  readonly crossUserStatus: 403 | 404;
  /** Longest answer to any request, in milliseconds. */
  readonly maxResponseMs: number;
  /** How many instances and workers of the backend share the load; multiplies every bound on fetches. */
  readonly replicas: number;
  /** Longest time in seconds until a token of a newly published key is accepted. */
  readonly rotationVisible: number;
  /** Seconds beyond the time to live of the key set until a token of a removed key is refused. Default 2. */
  readonly removalGrace: number;
  /** Status for credentials that break the grammar of RFC 6750 §2.1; with 400 (RFC 6750 §3.1) both are let pass. Default 401. */
  readonly malformedCredentialsStatus: 400 | 401;
  /** An origin whose pages may read the answers (CORS); `undefined`, the default, where no browser calls the API. */
  readonly corsOrigin: string | undefined;
  /** Paths that are open to everybody beside the open operations of the contract. Default: none. */
  readonly publicPaths: readonly string[];
  /** Milliseconds by which a protected read may exceed an open one at the 95th percentile. Default 10. */
  readonly authOverheadMs: number;
}

/** One line of the report: the finding and what its requirement says. */
export interface CheckResult extends Finding {
  readonly id: string;
  readonly area: Area;
  readonly level: Level;
  readonly title: string;
  /** The rule itself. */
  readonly sentence: string;
  readonly references: readonly string[];
  readonly remedy: string;
  readonly durationMs: number;
  /** Id of the operation that the deciding request was for; absent where it was for none. */
  readonly operation?: string;
  /** Of a failure that the baseline accepts. */
  readonly accepted?: { readonly reason: string; readonly until?: string };
}

export interface Report {
  readonly gateproof: string;
  readonly contract: {
    readonly title: string;
    readonly sha256: string;
    /** Path or URL the document was read from. */
    readonly source: string;
    /** In document order; `protected` ones take a token. */
    readonly operations: readonly {
      readonly id: string;
      readonly method: string;
      readonly path: string;
      readonly protected: boolean;
    }[];
  };
  /** Version of the frozen set of requirements; absent where the run knew every requirement. */
  readonly requirements?: string;
  readonly target: string;
  /** Whether the suite started the backend, so that nobody listens at `target` any more. */
  readonly launched: boolean;
  /** Base URL of the mock identity provider. */
  readonly idp: string;
  readonly settings: Settings;
  readonly summary: Summary;
  /** Sorted by id. */
  readonly checks: readonly CheckResult[];
}

export interface Summary {
  readonly total: number;
  readonly passed: number;
  /** Failed MUSTs that are not accepted. */
  readonly failed: number;
  /** Failed SHOULDs and MAYs that are not accepted. */
  readonly warned: number;
  /** Failures that the baseline accepts. */
  readonly accepted: number;
  readonly notTestable: number;
  readonly notApplicable: number;
  readonly verdict: 'pass' | 'fail' | 'invalid';
  /** It passed although what needs a backend that the suite starts was not tested, as the run was told to accept. */
  readonly partial?: true;
  /** One sentence that says why, for every verdict but a pass in full. */
  readonly reason?: string;
  /** What no longer holds of the baseline, a sentence each. */
  readonly stale?: readonly string[];
}
