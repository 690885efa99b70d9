import { startMockIdp } from '../../mock-idp/index.ts';
import { type Area, type Contract, loadRequirements, type Requirement } from '../../spec/index.ts';
import type { Check, CheckResult, Report } from '../model.ts';
import { runSuite } from '../run.ts';
import { allChecks, allInvariants } from '../checks/index.ts';
import { areaOf, type BugName, keyBugs, mutants } from './bugs.ts';
import type { Mutant } from './bugs/mutant.ts';
import { mutantLauncher } from './launcher.ts';
import { Ledger } from './ledger.ts';

/** What the suite says of one mutant. */
export interface Judgement {
  readonly name: BugName;
  /** Ids of every check whose outcome counts. */
  readonly ran: readonly string[];
  /** Ids of every check that failed, sorted. */
  readonly failed: readonly string[];
  /** Killed: its primary check failed, and it is a MUST or a SHOULD. */
  readonly killed: boolean;
  /** What the primary check saw, or why it does not count. */
  readonly because: string;
}

/**
 * How much of the suite is run on a mutant. `area`: the checks of the area the bug is in, its primary check and the rules
 * about every answer; takes seconds. `wide`: every check that only sends requests; for a bug about keys every check.
 */
export type Scope = 'area' | 'wide';

/** Runs the suite on the small reference backend, unbroken or with one bug. */
export async function runOnMutant(
  contract: Contract,
  name?: BugName,
  scope: Scope = 'wide',
): Promise<Report> {
  const idp = await startMockIdp();
  const ledger = new Ledger();
  try {
    return await runSuite({
      contract,
      idp,
      backend: { launcher: mutantLauncher(name, ledger) },
      database: ledger,
      // Its cool-downs are short, so a key that is not found soon will not be found.
      settings: { corsOrigin: 'http://localhost:3000', rotationVisible: 2 },
      // Backends in this process cost next to nothing, and their stories are mostly waiting.
      benches: 8,
      ...(name !== undefined && { checks: checksFor(name, scope), invariants: allInvariants }),
    });
  } finally {
    await idp[Symbol.asyncDispose]();
  }
}

function checksFor(name: BugName, scope: Scope): readonly Check[] {
  const { killer, witness }: Mutant = mutants[name];
  if (scope === 'area') {
    const { requirements } = loadRequirements();
    const area: Area = areaOf(name);
    return allChecks.filter(({ id, runs }) => {
      const near = requirements.get(id)?.area === area && (runs === 'beside' || area === 'jwks');
      return near || id === killer || id === witness;
    });
  }
  return keyBugs.has(name)
    ? allChecks
    : allChecks.filter(({ id, runs }) => runs === 'beside' || id === killer);
}

/** How busy this machine is says nothing of a mutant. */
const TIMED: ReadonlySet<string> = new Set(['answer-in-time']);

const RULES: ReadonlySet<string> = new Set(allInvariants.map(({ id }) => id));

/** Judges a report on a mutant: which checks it failed, and whether the right one did. */
export function judge(name: BugName, report: Report, scope: Scope = 'wide'): Judgement {
  const counted = report.checks.filter(
    // A rule about every answer that holds for some of them may be broken by others.
    ({ id, outcome }) => !TIMED.has(id) && (scope === 'wide' || outcome === 'fail' || !RULES.has(id)),
  );
  const { killer } = mutants[name];
  const primary = report.checks.find(({ id }) => id === killer);
  return {
    name,
    ran: counted.map(({ id }) => id),
    failed: counted.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id),
    killed: primary?.outcome === 'fail' && primary.level !== 'MAY',
    because: because(killer, primary),
  };
}

function because(killer: Requirement['id'], primary: CheckResult | undefined): string {
  if (primary === undefined) return `there is no check ${killer}`;
  return `${killer} (${primary.level}): ${primary.outcome === 'pass' ? 'passed' : primary.observed}`;
}
