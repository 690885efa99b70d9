import { AREAS } from '../../spec/index.ts';
import type { CheckResult, Report } from '../model.ts';
import { clean } from './clean.ts';
import { acceptedWords, detailsOf } from './details.ts';
import { beforeRepeating } from './repetition.ts';
import { countStandings, type Standing, standingOf, STANDINGS, standingWords } from './standing.ts';

export interface MarkdownOptions {
  /** Longest text in bytes; default 1 MiB, above which GitHub drops the whole summary of a step. */
  readonly maxBytes?: number;
}

const VERDICTS = { pass: '✅ Pass', fail: '❌ Fail', invalid: '⚠️ No verdict' } as const;
const OPENED: readonly Standing[] = ['failed', 'warned', 'accepted', 'not-testable'];
/** Kept free for the sentence that says what was left out. */
const RESERVE = 512;

/**
 * Markdown for the summary of a CI job (`$GITHUB_STEP_SUMMARY`): verdict, counts per area, and each failure to be opened. Begins with a
 * heading of the third level, since it stands among the summaries of others.
 */
export function markdownReport(report: Report, { maxBytes = 1024 * 1024 }: MarkdownOptions = {}): string {
  const { summary, checks, contract, target, requirements } = report;
  const preparation = beforeRepeating(report);
  const head = [
    `### ${summary.partial ? '☑️ Pass in part' : VERDICTS[summary.verdict]}: ${escape(contract.title)}`,
    [
      ...(summary.reason === undefined ? [] : [`**${escape(summary.reason)}**`]),
      `${code(target)}, gateproof ${escape(report.gateproof)}${requirements === undefined ? '' : `, requirements ${escape(requirements)}`}`,
    ].join('  \n'),
    areaTable(checks),
    ...(summary.stale ?? []).map((sentence) => `- ${escape(sentence)}`),
    ...(summary.failed + summary.warned > 0 && preparation !== undefined ? [escape(preparation)] : []),
  ];
  const blocks = OPENED.flatMap((standing): readonly string[] => {
    const found = checks.filter((check) => standingOf(check) === standing);
    return found.length === 0
      ? []
      : [`#### ${found.length} ${standingWords(standing)}`, ...found.map((check) => block(check, report))];
  });
  return fit(head.join('\n\n'), blocks, maxBytes);
}

function areaTable(checks: readonly CheckResult[]): string {
  const shown = STANDINGS.filter((standing) => (countStandings(checks).get(standing) ?? 0) > 0);
  const rows = AREAS.flatMap((area) => {
    const results = checks.filter((check) => check.area === area);
    if (results.length === 0) return [];
    const counts = countStandings(results);
    return [`| ${area} | ${shown.map((standing) => counts.get(standing) || '').join(' | ')} |`];
  });
  if (rows.length === 0) return 'No check was run.';
  return [
    `| Area | ${shown.map(standingWords).join(' | ')} |`,
    `| --- |${' ---: |'.repeat(shown.length)}`,
    ...rows,
  ].join('\n');
}

function block(check: CheckResult, report: Report): string {
  const { id, level, title, observed, accepted } = check;
  const text = standingOf(check) === 'not-testable' ? observed : detailsOf(check, report);
  const why = accepted === undefined ? '' : ` (accepted: ${escape(acceptedWords(accepted))})`;
  return [
    `<details><summary><code>${id}</code> ${level}: ${escape(title)}${why}</summary>`,
    fenced(text),
    '</details>',
  ].join('\n\n');
}

/** What a backend answered is text in every renderer: the fence is longer than any in it. */
function fenced(text: string): string {
  const lines = text.split('\n').map(clean).join('\n');
  const longest = Math.max(2, ...[...lines.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${lines}\n${fence}`;
}

function code(text: string): string {
  return `<code>${escape(text)}</code>`;
}

/** Every character that Markdown or HTML could take for markup (CommonMark §2.4), as an entity; `:` and `.` make bare links. */
function escape(text: string): string {
  return clean(text).replace(/[&<>\\`*_{}[\]()#+!|~@:/.-]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** As many blocks as there is room for, and a sentence about the rest. */
function fit(head: string, blocks: readonly string[], maxBytes: number): string {
  const kept: string[] = [];
  let bytes = Buffer.byteLength(head) + RESERVE;
  for (const next of blocks) {
    bytes += Buffer.byteLength(next) + 2;
    if (bytes > maxBytes) break;
    kept.push(next);
  }
  const left = blocks.slice(kept.length).filter((each) => each.startsWith('<details>')).length;
  const rest =
    left === 0
      ? []
      : [
          `**${left} more ${left === 1 ? 'is' : 'are'} left out**: a summary ends at ${maxBytes} bytes. The HTML and JSON reports have all.`,
        ];
  return `${[head, ...kept, ...rest].join('\n\n')}\n`;
}
