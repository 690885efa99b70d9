import { startMockIdp } from '../../mock-idp/index.ts';
import { type Contract, type Requirement } from '../../spec/index.ts';
import type { CheckResult, Report } from '../model.ts';
import { runSuite } from '../run.ts';
import { allChecks } from '../checks/index.ts';
import { type BugName, keyBugs, mutants } from './bugs.ts';
import { mutantLauncher } from './launcher.ts';

/** What the whole suite says of one mutant. */
export interface Judgement {
  readonly name: BugName;
  /** Ids of every check that failed, sorted. */
  readonly failed: readonly string[];
  /** Killed: its primary check failed, and it is a MUST or a SHOULD. */
  readonly killed: boolean;
  /** What the primary check saw, or why it does not count. */
  readonly because: string;
}

/**
 * Runs the suite on the small reference backend, unbroken or with one bug. A bug that is not about keys is tried on its
 * primary check and on all that only send requests; the stories of keys, counts and times are left to the others.
 */
export async function runOnMutant(contract: Contract, name?: BugName): Promise<Report> {
  const whole = name === undefined || keyBugs.has(name);
  const idp = await startMockIdp();
  try {
    return await runSuite({
      contract,
      idp,
      backend: { launcher: mutantLauncher(name) },
      // Its cool-downs are short, so a key that is not found soon will not be found.
      settings: { corsOrigin: 'http://localhost:3000', rotationVisible: 2 },
      ...(!whole && {
        checks: allChecks.filter(({ id, runs }) => runs === 'beside' || id === mutants[name].killer),
      }),
    });
  } finally {
    await idp[Symbol.asyncDispose]();
  }
}

/** How busy this machine is says nothing of a mutant. */
const TIMED: ReadonlySet<string> = new Set(['answer-in-time']);

/** Judges a report on a mutant: which checks it failed, and whether the right one did. */
export function judge(name: BugName, report: Report): Judgement {
  const failed = report.checks
    .filter(({ id, outcome }) => outcome === 'fail' && !TIMED.has(id))
    .map(({ id }) => id);
  const { killer } = mutants[name];
  const primary = report.checks.find(({ id }) => id === killer);
  const killed = primary?.outcome === 'fail' && primary.level !== 'MAY';
  return { name, failed, killed, because: because(killer, primary) };
}

function because(killer: Requirement['id'], primary: CheckResult | undefined): string {
  if (primary === undefined) return `there is no check ${killer}`;
  return `${killer} (${primary.level}): ${primary.outcome === 'pass' ? 'passed' : primary.observed}`;
}
