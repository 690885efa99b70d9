import type { CheckResult, Summary } from './model.ts';

/** What happened to the run itself. */
export interface RunTrouble {
  /** Why the run is no verdict: target unreachable, control failed for want of wiring, target died, fault of the suite. */
  readonly invalid?: string;
  /** Why little could be judged although the verdict stands, e.g. the good token is refused. */
  readonly note?: string;
}

/** The only place that decides what a run is worth. */
export function summarize(checks: readonly CheckResult[], trouble: RunTrouble = {}): Summary {
  const count = (predicate: (check: CheckResult) => boolean): number => checks.filter(predicate).length;
  const untested = checks.filter(({ outcome, level }) => outcome === 'not-testable' && level === 'MUST');
  const counts = {
    total: checks.length,
    passed: count(({ outcome }) => outcome === 'pass'),
    failed: count(({ outcome, level }) => outcome === 'fail' && level === 'MUST'),
    warned: count(({ outcome, level }) => outcome === 'fail' && level !== 'MUST'),
    notTestable: count(({ outcome }) => outcome === 'not-testable'),
    notApplicable: count(({ outcome }) => outcome === 'not-applicable'),
  };
  if (trouble.invalid !== undefined) return { ...counts, verdict: 'invalid', reason: trouble.invalid };
  if (counts.failed > 0) {
    return { ...counts, verdict: 'fail', reason: trouble.note ?? `${plural(counts.failed, 'MUST')} failed` };
  }
  if (trouble.note !== undefined) return { ...counts, verdict: 'invalid', reason: trouble.note };
  const [first] = untested;
  if (first !== undefined) {
    const reason = `${plural(untested.length, 'MUST')} could not be tested, first ${first.id}: ${first.observed}. Make it testable, or leave it out in so many words (--skip)`;
    return { ...counts, verdict: 'invalid', reason };
  }
  if (counts.passed + counts.warned === 0) {
    return { ...counts, verdict: 'invalid', reason: 'no check was run, so nothing is proven' };
  }
  return { ...counts, verdict: 'pass' };
}

/** 0: all MUSTs hold; 1: the target falls short; 3: the run is no verdict. */
export function exitCode({ verdict }: Pick<Summary, 'verdict'>): 0 | 1 | 3 {
  const codes = { pass: 0, fail: 1, invalid: 3 } as const;
  return codes[verdict];
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
