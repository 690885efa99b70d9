import { availableParallelism } from 'node:os';
import type { MockIdpControl } from '../mock-idp/index.ts';
import { type Contract, loadRequirements, type Requirement } from '../spec/index.ts';
import { allChecks, allInvariants } from './checks/index.ts';
import type { Invariant } from './invariant.ts';
import type { Check, Lab, Outcome, Report, Settings } from './model.ts';
import { type Selection, selectChecks } from './selection.ts';
import { Session } from './session.ts';
import { DEFAULT_SETTINGS, DEFAULT_USERS } from './settings.ts';
import type { Backend } from './shared-bench.ts';
import { summarize } from './verdict.ts';
import { version } from './version.ts';

export interface SuiteOptions {
  readonly contract: Contract;
  readonly idp: MockIdpControl;
  readonly backend: Backend;
  readonly select?: Selection;
  readonly settings?: Partial<Settings>;
  readonly users?: Lab['users'];
  readonly onProgress?: (progress: Progress) => void;
  /** Stops every backend that the suite has started; `runSuite` then rejects with the reason of the signal. */
  readonly signal?: AbortSignal;
  /** Checks at a time on the shared backend; default 8. */
  readonly concurrency?: number;
  /** Backends at a time for checks that need their own; default: two per core, since their stories are mostly waiting. */
  readonly benches?: number;
  /** How long a backend may take to become ready, in milliseconds; default 30 000. */
  readonly startTimeoutMs?: number;
  /** Deadline of one request, in milliseconds; default 10 000. */
  readonly requestTimeoutMs?: number;
  /** How long one check may take, in milliseconds; default 120 000. */
  readonly checkTimeoutMs?: number;
  /** Default: every check of the suite. */
  readonly checks?: readonly Check[];
  readonly invariants?: readonly Invariant[];
  readonly requirements?: ReadonlyMap<string, Requirement>;
}

export type Progress =
  | { readonly kind: 'phase'; readonly name: string }
  | {
      readonly kind: 'check';
      readonly id: string;
      readonly outcome: Outcome;
      readonly done: number;
      readonly total: number;
    };

/**
 * Runs the suite against a backend. Whatever the target does wrong is in the report, never an exception.
 *
 * @throws SelectionError for a selection that names what does not exist
 * @throws Error for a check without a requirement, and for two checks with one id
 */
export async function runSuite(options: SuiteOptions): Promise<Report> {
  const { contract, idp, backend, signal, onProgress = () => undefined } = options;
  const requirements = options.requirements ?? loadRequirements().requirements;
  const checks = options.checks ?? allChecks;
  const invariants = options.invariants ?? allInvariants;
  assertLinked([...checks, ...invariants], requirements);
  const selected = new Set(
    selectChecks([...checks, ...invariants], requirements, options.select).map(({ id }) => id),
  );
  const isSelected = ({ id }: { readonly id: string }): boolean => selected.has(id);

  const settings = { ...DEFAULT_SETTINGS, ...options.settings };
  const session = new Session({
    ...{ contract, requirements, idp, backend, settings, signal },
    users: options.users ?? DEFAULT_USERS,
    concurrency: options.concurrency ?? 8,
    benches: options.benches ?? 2 * availableParallelism(),
    startTimeoutMs: options.startTimeoutMs ?? 30_000,
    requestTimeoutMs: options.requestTimeoutMs ?? 10_000,
    checkTimeoutMs: options.checkTimeoutMs ?? 120_000,
    onPhase: (name) => {
      onProgress({ kind: 'phase', name });
    },
    onResult: ({ id, outcome }) => {
      onProgress({ kind: 'check', id, outcome, done: session.results.size, total: selected.size });
    },
  });
  await session.run(checks.filter(isSelected), invariants.filter(isSelected));

  const results = [...session.results.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    gateproof: version,
    contract: { title: contract.title, sha256: contract.sha256 },
    target: 'url' in backend ? backend.url : session.url,
    settings,
    summary: summarize(results, session.trouble),
    checks: results,
  };
}

function assertLinked(
  items: readonly { readonly id: string }[],
  requirements: ReadonlyMap<string, Requirement>,
): void {
  const seen = new Set<string>();
  for (const { id } of items) {
    if (!requirements.has(id)) throw new Error(`the check ${id} has no requirement in spec/requirements`);
    if (seen.has(id)) throw new Error(`two checks have the id ${id}`);
    seen.add(id);
  }
}
