import type { MockIdpControl } from '../mock-idp/index.ts';
import type { Contract } from '../spec/index.ts';
import type { LoadBackend } from './backend.ts';
import type { K6 } from './find-k6.ts';
import type { ScenarioResult } from './model.ts';
import type { Paths } from './paths.ts';
import type { PlanOptions, ScenarioName } from './plan.ts';
import type { Limits } from './thresholds.ts';

export interface LoadOptions extends PlanOptions {
  /** Of gateproof, for the report. */
  readonly version: string;
  readonly contract: Contract;
  readonly idp: MockIdpControl;
  /** Further servers that serve the same keys as `idp`, behind one address with it. */
  readonly idpReplicas?: readonly MockIdpControl[];
  readonly backend: LoadBackend;
  readonly k6: K6;
  readonly scenarios: readonly ScenarioName[];
  /** Default: of the contract. */
  readonly paths?: Partial<Paths>;
  /** Of the user whose tokens are sent; default `user-123`. */
  readonly sub?: string;
  /** Further claims of that user, in every token. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Distinct good tokens of a scenario; default: as many as it sends, up to 20 000. */
  readonly tokens?: number;
  /** k6 processes among which the load is split; default 1. */
  readonly instances?: number;
  /** What is put before the command of each, such as `ip netns exec one`. */
  readonly prefixes?: readonly (readonly string[])[];
  readonly limits?: Limits;
  /** Seconds of leeway of the backend; default 5. */
  readonly leeway?: number;
  /** Default 30 000. */
  readonly startTimeoutMs?: number;
  readonly signal?: AbortSignal;
  /** k6's own words. */
  readonly onText?: (line: string) => void;
  readonly onScenario?: (name: ScenarioName) => void;
  readonly onResult?: (result: ScenarioResult) => void;
}
