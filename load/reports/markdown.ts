import type { LoadReport, ScenarioResult } from '../model.ts';
import { escape } from './escape.ts';
import { bounded, figure } from './figures.ts';

const VERDICTS = { pass: '✅ pass', fail: '❌ fail', invalid: '⚠️ no verdict' } as const;
const MARKS = { pass: '✅', fail: '❌', 'not-measured': '❔' } as const;

/** For a pull request or the summary of a CI job. Starts at the third level, since it stands within other text. */
export function markdownLoadReport({ gateproof, k6, target, verdict, scenarios }: LoadReport): string {
  return [
    `### Load: ${VERDICTS[verdict]}`,
    `gateproof ${gateproof}, k6 ${k6}, ${cell(target)}`,
    ...scenarios.map(section),
    '',
  ].join('\n\n');
}

function section(result: ScenarioResult): string {
  const { scenario, title, rate, seconds, instances, verdict, reason, thresholds, notes, marks } = result;
  const load = `${rate}/s for ${seconds} s${instances > 1 ? `, split among ${instances} k6 processes` : ''}`;
  return [
    `#### ${scenario}: ${VERDICTS[verdict]}`,
    `${title} (${load})${reason === undefined ? '' : `. ${cell(reason)}`}`,
    table(
      ['', 'threshold', 'observed', 'limit', ''],
      thresholds.map((threshold) => [
        MARKS[threshold.outcome],
        threshold.name,
        threshold.observed === undefined ? 'not measured' : figure(threshold.observed, threshold.unit),
        bounded(threshold),
        threshold.title,
      ]),
    ),
    latencies(result),
    ...(marks.length > 0 ? [marks.map(({ at, label }) => `- ${at} s: ${label}`).join('\n')] : []),
    notes.map((note) => `- ${cell(note)}`).join('\n'),
  ].join('\n\n');
}

function latencies({ requests, verification }: ScenarioResult): string {
  const measured = [
    ...(verification ? [{ kind: `verification (${verification.source})`, ...verification }] : []),
    ...requests,
  ];
  return table(
    ['milliseconds', 'count', 'p50', 'p95', 'p99', 'max'],
    measured.map(({ kind, count, latencyMs: { p50, p95, p99, max } }) => [
      kind,
      String(count),
      ...[p50, p95, p99, max].map((ms) => ms.toFixed(2)),
    ]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function cell(text: string): string {
  return escape(text)
    .replace(/[\\`*_{}[\]|]/g, '\\$&')
    .replace(/\s+/g, ' ');
}
