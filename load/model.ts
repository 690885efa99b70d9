import type { Bins, LatencySummary } from './latency.ts';
import type { ScenarioName } from './plan.ts';

export type Verdict = 'pass' | 'fail' | 'invalid';

/** What a load run found out; the JSON report is this. No token stands in it. */
export interface LoadReport {
  readonly gateproof: string;
  readonly k6: string;
  readonly target: string;
  readonly verdict: Verdict;
  readonly scenarios: readonly ScenarioResult[];
}

export interface ScenarioResult {
  readonly scenario: ScenarioName;
  readonly title: string;
  /** Iterations per second; for `breakpoint` the highest tried. */
  readonly rate: number;
  readonly seconds: number;
  /** k6 processes among which the load was split. */
  readonly instances: number;
  readonly verdict: Verdict;
  /** Why it is no verdict. */
  readonly reason?: string;
  readonly thresholds: readonly ThresholdResult[];
  readonly requests: readonly RequestResult[];
  readonly verification?: VerificationResult;
  /** From the issuer's journal, so of any backend; absent where nobody could read it. */
  readonly issuer?: { readonly jwksFetches: number; readonly sessionCalls: number };
  readonly forgeries: readonly ForgeryResult[];
  /** Of good tokens, or of refreshes. */
  readonly timeline: readonly Second[];
  readonly marks: readonly Mark[];
  readonly generator: GeneratorResult;
  /** Of `breakpoint`: the highest rate at which every limit was kept. */
  readonly heldRate?: number;
  /** What a reader has to know to read the figures. */
  readonly notes: readonly string[];
}

export interface ThresholdResult {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  /** `most`: the limit may be reached, not exceeded; `below` and `above`: it may not be reached. */
  readonly bound: 'most' | 'below' | 'above';
  readonly limit: number;
  /** Absent where nothing was measured. */
  readonly observed?: number;
  readonly outcome: 'pass' | 'fail' | 'not-measured';
}

export interface RequestResult {
  readonly kind: string;
  readonly count: number;
  readonly failed: number;
  /** By status code; 0 where no answer came. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly latencyMs: LatencySummary;
  readonly bins: Bins;
}

export interface VerificationResult {
  /** `server-timing`: the backend's own figure. `paired`: what a request took longer than an open one before it. */
  readonly source: 'server-timing' | 'paired';
  readonly count: number;
  readonly latencyMs: LatencySummary;
  readonly bins: Bins;
}

export interface ForgeryResult {
  readonly name: string;
  readonly count: number;
  readonly accepted: number;
  readonly failed: number;
  readonly p50Ms: number;
}

export interface Second {
  readonly second: number;
  readonly count: number;
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly verificationP99Ms?: number;
}

/** Something done to the issuer while the load ran. */
export interface Mark {
  /** Seconds from the start. */
  readonly at: number;
  readonly kind: 'rotation' | 'fault' | 'recovery' | 'flood';
  readonly label: string;
}

export interface GeneratorResult {
  /** Iterations that were due and not begun. */
  readonly dropped: number;
  /** Share of the time its threads wanted to run and had to wait for a core; absent where it cannot be known. */
  readonly waitShare?: number;
  /** Cores it used on average. */
  readonly cores?: number;
}
