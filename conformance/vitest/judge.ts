import type { TestContext } from 'vitest';
import type { Report } from '../model.ts';
import { acceptedWords, detailsOf, standingOf } from '../reports/index.ts';
import { isWaived } from '../verdict.ts';

/** What a check of the suite saw. It has no stack: that would lead into the suite, and the fault is in the backend. */
class GateError extends Error {
  override readonly name = 'GateError';

  constructor(message: string) {
    super(message);
    this.stack = `GateError: ${message}`;
  }
}

/** The test of one check. @throws GateError where a MUST failed or could not be tested */
export async function judge(id: string, report: Report, context: TestContext): Promise<void> {
  const result = report.checks.find((check) => check.id === id);
  if (result === undefined) throw new GateError('the check was not run');
  const { level, observed, accepted } = result;
  switch (standingOf(result)) {
    case 'passed':
      return;
    case 'failed':
      throw new GateError(`${observed}\n\n${detailsOf(result, report)}`);
    case 'warned':
      await context.annotate(`${level}: ${observed}\n${detailsOf(result, report)}`, 'warning');
      return;
    case 'accepted':
      context.skip(`accepted: ${accepted ? acceptedWords(accepted) : ''}`);
      return;
    case 'not-testable':
      if (level === 'MUST' && !isWaived(result, report.summary))
        throw new GateError(`not testable: ${observed}`);
      context.skip(`not testable: ${observed}`);
      return;
    case 'not-applicable':
      context.skip(`not applicable: ${observed}`);
  }
}

/** @throws GateError where the run is no verdict, or an entry of the baseline no longer holds */
export function judgeRun({ summary }: Report): void {
  if (summary.verdict === 'invalid') throw new GateError(summary.reason ?? 'the run is no verdict');
  if (summary.stale) throw new GateError(`the baseline no longer holds: ${summary.stale.join('; ')}`);
}
