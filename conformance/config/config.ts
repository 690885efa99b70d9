import type { JsonSchema } from '../../spec/index.ts';
import type { Principal, Settings } from '../model.ts';

/** What a `gateproof.config.ts` exports: all that an OpenAPI document cannot say of an API. Every member may be left out. */
export interface Config {
  /** Path (from the configuration file) or URL of the OpenAPI document. Default: the contract of gateproof. */
  readonly contract?: string;
  /** Shell command that starts the backend, with `HOST` and `PORT` in its environment; run in the folder of the file. */
  readonly start?: string;
  /** Base URL of a backend that runs; with `start`: its port and path prefix. */
  readonly url?: string;
  /** Seconds that the backend may take to become ready; default 30. */
  readonly startTimeout?: number;
  /**
   * Environment of a backend that `start` starts, under its own names. `$issuer`, `$jwksUrl`, `$audience`, `$leeway`,
   * `$cacheTtl`, `$cooldown`, `$maxStale` and `$corsOrigin` stand for what the suite hands out, times in seconds; what it
   * does not hand out is left out.
   */
  readonly env?: Readonly<Record<string, string>>;
  /** Path parameters that name the owner of a resource, each with the claim that it must equal. */
  readonly owner?: Readonly<Record<string, string>>;
  /** By the id of the operation: what the document gives no example for. */
  readonly operations?: Readonly<Record<string, OperationConfig>>;
  /** The body of every 401, 403, 404 and 503 for which the document declares none. */
  readonly error?: { readonly contentType?: string; readonly schema: JsonSchema };
  /** Two users whose data are disjoint. Their claims are in every token of theirs. */
  readonly users?: { readonly owner?: UserConfig; readonly other?: UserConfig };
  /**
   * URL of the PostgreSQL database of the backend, to see there what its requests lead to. Read by nobody else: hand it to
   * the backend in `env`. The password may be left to `PGPASSWORD` or `~/.pgpass`.
   */
  readonly database?: string;
  /** Runs once before any backend starts: a shell command, or a function that may give what only then is known. */
  readonly setup?:
    | string
    | ((context: SetupContext) => SetupResult | Promise<SetupResult>)
    | ((context: SetupContext) => void | Promise<void>);
  /** Runs once after the run, however that ended. */
  readonly teardown?: string | (() => void | Promise<void>);
  /** Where implementations may differ; also the status map: `crossUserStatus` and `malformedCredentialsStatus`. */
  readonly settings?: Partial<Settings>;
  /** Checks that are left out, each with the reason. */
  readonly skip?: Readonly<Record<string, string>>;
  /** Path of the accepted failures, from the configuration file. */
  readonly baseline?: string;
  /** Version of the requirements, such as `1.0`. */
  readonly requirements?: string;
  /** Passes a backend that runs already by what can be tested as it runs. */
  readonly partial?: boolean;
  /** What `gateproof load` puts on the backend, and the limits it is to keep. */
  readonly load?: LoadConfig;
}

export interface LoadConfig {
  /** Default: all but `soak` and `breakpoint`. */
  readonly scenarios?: readonly string[];
  /** Iterations per second, of every scenario. */
  readonly rate?: number;
  /** Seconds, of every scenario. */
  readonly duration?: number;
  /** Limits by the names that the report of a run gives them; `'off'` leaves one out. */
  readonly thresholds?: Readonly<Record<string, number | 'off'>>;
}

export interface OperationConfig {
  /** Values of path and query parameters, by name. */
  readonly parameters?: Readonly<Record<string, string | number>>;
  readonly body?: unknown;
}

export type UserConfig = Partial<Principal>;

export interface SetupContext {
  readonly users: { readonly owner: Principal; readonly other: Principal };
  /** The issuer that most checks share. */
  readonly issuer: string;
  /** A good token of this user. */
  readonly token: (user: Principal) => Promise<string>;
}

/** Environment of the backend, and values of parameters of every operation that has them. */
export interface SetupResult {
  readonly env?: Readonly<Record<string, string>>;
  readonly parameters?: Readonly<Record<string, string | number>>;
}

/** Gives a configuration its type. */
export function defineConfig(config: Config): Config {
  return config;
}
