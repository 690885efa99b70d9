import type { CheckResult, Summary } from './model.ts';

/** What happened to the run itself. */
export interface RunTrouble {
  /** Why the run is no verdict: target unreachable, control failed for want of wiring, target died, fault of the suite. */
  readonly invalid?: string;
  /** Why little could be judged although the verdict stands, e.g. the good token is refused. */
  readonly note?: string;
  /** What no longer holds of the baseline, a sentence each. */
  readonly stale?: readonly string[];
  /** What only a backend that the suite starts can show need not be tested. */
  readonly partial?: boolean;
}

/** The only place that decides what a run is worth. */
export function summarize(checks: readonly CheckResult[], trouble: RunTrouble = {}): Summary {
  const { stale = [], partial = false } = trouble;
  const count = (predicate: (check: CheckResult) => boolean): number => checks.filter(predicate).length;
  const untested = checks.filter(({ outcome }) => outcome === 'not-testable');
  const needStart = untested.filter(({ needsStart }) => needsStart);
  const missing = untested.filter((check) => check.level === 'MUST' && !(partial && check.needsStart));
  const counts = {
    total: checks.length,
    passed: count(({ outcome }) => outcome === 'pass'),
    failed: count((check) => isOpenFailure(check) && check.level === 'MUST'),
    warned: count((check) => isOpenFailure(check) && check.level !== 'MUST'),
    accepted: count(({ outcome, accepted }) => outcome === 'fail' && accepted !== undefined),
    notTestable: count(({ outcome }) => outcome === 'not-testable'),
    notApplicable: count(({ outcome }) => outcome === 'not-applicable'),
    ...(stale.length > 0 && { stale }),
  };
  if (trouble.invalid !== undefined) return { ...counts, verdict: 'invalid', reason: trouble.invalid };
  if (counts.failed > 0) {
    return { ...counts, verdict: 'fail', reason: trouble.note ?? `${plural(counts.failed, 'MUST')} failed` };
  }
  if (trouble.note !== undefined) return { ...counts, verdict: 'invalid', reason: trouble.note };
  if (stale.length > 0) {
    const entries = stale.length === 1 ? 'an entry' : `${stale.length} entries`;
    const reason = `${entries} of the baseline no longer hold${stale.length === 1 ? 's' : ''}: ${stale.join('; ')}`;
    return { ...counts, verdict: 'fail', reason };
  }
  const [first] = missing.filter(({ needsStart }) => !needsStart).concat(missing);
  if (first !== undefined) {
    const remedy = first.needsStart
      ? 'Let the suite start the backend (--start), or judge it by what can be tested as it runs (--partial)'
      : 'Make it testable, or leave it out in so many words (--skip)';
    const reason = `${plural(missing.length, 'MUST')} could not be tested, first ${first.id}: ${first.observed}. ${remedy}`;
    return { ...counts, verdict: 'invalid', reason };
  }
  if (counts.passed + counts.warned + counts.accepted === 0) {
    return { ...counts, verdict: 'invalid', reason: 'no check was run, so nothing is proven' };
  }
  if (partial && needStart.length > 0) {
    const musts = needStart.filter(({ level }) => level === 'MUST').length;
    const reason = `${plural(needStart.length, 'check')}, ${plural(musts, 'MUST')} among them, could not be tested on a backend that runs already: this verdict is about the rest (--partial)`;
    return { ...counts, verdict: 'pass', partial: true, reason };
  }
  return { ...counts, verdict: 'pass' };
}

/** Whether it could not be tested and a verdict in part goes without it. */
export function isWaived(
  { outcome, needsStart }: Pick<CheckResult, 'outcome' | 'needsStart'>,
  { partial }: Pick<Summary, 'partial'>,
): boolean {
  return outcome === 'not-testable' && needsStart === true && partial === true;
}

function isOpenFailure({ outcome, accepted }: CheckResult): boolean {
  return outcome === 'fail' && accepted === undefined;
}

/** 0: all MUSTs hold; 1: the target falls short; 3: the run is no verdict. */
export function exitCode({ verdict }: Pick<Summary, 'verdict'>): 0 | 1 | 3 {
  const codes = { pass: 0, fail: 1, invalid: 3 } as const;
  return codes[verdict];
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
