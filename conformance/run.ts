import { availableParallelism } from 'node:os';
import type { MockIdpControl } from '../mock-idp/index.ts';
import {
  type Contract,
  defaultContractPath,
  freezeRequirements,
  loadRequirements,
  type Requirement,
  type RequirementSet,
} from '../spec/index.ts';
import { applyBaseline, type Baseline } from './baseline.ts';
import { allChecks, allInvariants } from './checks/index.ts';
import type { Database } from './database/index.ts';
import type { Invariant } from './invariant.ts';
import { operationOf } from './checks/invariants/operation-of.ts';
import type { Check, CheckResult, Lab, Outcome, Report, Settings } from './model.ts';
import { type Selection, selectChecks } from './selection.ts';
import { Session } from './session.ts';
import { DEFAULT_SETTINGS, DEFAULT_USERS } from './settings.ts';
import type { Backend } from './shared-bench.ts';
import { summarize } from './verdict.ts';
import { PACKAGED_CONTRACT, version } from './version.ts';

export interface SuiteOptions {
  readonly contract: Contract;
  readonly idp: MockIdpControl;
  readonly backend: Backend;
  /** The database of the backend. Without it what only the database shows is not applicable. */
  readonly database?: Database;
  readonly select?: Selection;
  /** Only these requirements, with these levels. Default: all there are. */
  readonly requirementSet?: RequirementSet;
  /** Failures that are accepted. */
  readonly baseline?: Baseline;
  /** Passes a backend that runs already although what needs one started by the suite could not be tested. */
  readonly partial?: boolean;
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
  /** How long the whole run may take, in milliseconds; default 900 000. What is not reached is not testable. */
  readonly runTimeoutMs?: number;
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
  const everything = [...(options.checks ?? allChecks), ...(options.invariants ?? allInvariants)];
  const all = options.requirements ?? loadRequirements().requirements;
  assertLinked(everything, all);
  const { requirementSet } = options;
  const requirements = requirementSet ? freezeRequirements(all, requirementSet) : all;
  const checks = (options.checks ?? allChecks).filter(({ id }) => requirements.has(id));
  const invariants = (options.invariants ?? allInvariants).filter(({ id }) => requirements.has(id));
  const selected = new Set(
    selectChecks([...checks, ...invariants], requirements, options.select).map(({ id }) => id),
  );
  const isSelected = ({ id }: { readonly id: string }): boolean => selected.has(id);

  const settings = { ...DEFAULT_SETTINGS, ...options.settings };
  const session = new Session({
    ...{ contract, requirements, idp, backend, settings, signal },
    database: options.database,
    users: options.users ?? DEFAULT_USERS,
    concurrency: options.concurrency ?? 8,
    benches: options.benches ?? 2 * availableParallelism(),
    startTimeoutMs: options.startTimeoutMs ?? 30_000,
    requestTimeoutMs: options.requestTimeoutMs ?? 10_000,
    checkTimeoutMs: options.checkTimeoutMs ?? 120_000,
    runTimeoutMs: options.runTimeoutMs ?? 900_000,
    onPhase: (name) => {
      onProgress({ kind: 'phase', name });
    },
    onResult: ({ id, outcome }) => {
      onProgress({ kind: 'check', id, outcome, done: session.results.size, total: selected.size });
    },
  });
  await session.run(checks.filter(isSelected), invariants.filter(isSelected));

  const target = 'url' in backend ? backend.url : session.url;
  const judged = [...session.results.values()]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((result) => withOperation(result, contract, target));
  const today = new Date().toISOString().slice(0, 10);
  const { results, stale } = applyBaseline(judged, options.baseline ?? { accepted: [] }, {
    known: everything.map(({ id }) => id),
    today,
  });
  return {
    gateproof: version,
    contract: describeContract(contract),
    ...(requirementSet && { requirements: requirementSet.version }),
    ...{ target, launched: 'launcher' in backend, idp: idp.url, settings },
    summary: summarize(results, { ...session.trouble, stale, partial: options.partial ?? false }),
    checks: results,
  };
}

function describeContract({ title, sha256, source, operations }: Contract): Report['contract'] {
  return {
    ...{ title, sha256 },
    // Where the package is installed is nobody's business.
    source: source === defaultContractPath() ? PACKAGED_CONTRACT : source,
    operations: operations.map(({ id, method, path, security }) => ({
      ...{ id, method, path },
      protected: security.length > 0,
    })),
  };
}

function withOperation(result: CheckResult, contract: Contract, target: string): CheckResult {
  const basePath = URL.parse(target)?.pathname.replace(/\/$/, '') ?? '';
  const operation = result.exchange && operationOf({ contract, basePath }, result.exchange.request);
  return operation ? { ...result, operation: operation.id } : result;
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
