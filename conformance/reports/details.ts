import type { CheckResult, Report } from '../model.ts';
import { repetitionOf } from './repetition.ts';
import { requestLine } from './request-line.ts';

/** All that a person needs to mend a failure, as plain text. */
export function detailsOf(check: CheckResult, report: Report): string {
  const { title, expected, observed, remedy, references, exchange, accepted } = check;
  const { commands, note } = exchange ? repetitionOf(exchange, report) : { commands: [] };
  return [
    title,
    `expected: ${expected}`,
    `observed: ${observed}`,
    ...(exchange ? [`request: ${requestLine(exchange)}`] : []),
    `fix: ${remedy}`,
    `see: ${references.join(', ')}`,
    ...(accepted ? [`accepted: ${acceptedWords(accepted)}`] : []),
    ...(commands.length > 0 ? ['repeat:', ...commands] : []),
    ...(note === undefined ? [] : [note]),
  ].join('\n');
}

/** The reason, and until when. */
export function acceptedWords({ reason, until }: NonNullable<CheckResult['accepted']>): string {
  return until === undefined ? reason : `${reason} (until ${until})`;
}
