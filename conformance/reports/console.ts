import pc from 'picocolors';
import { AREAS } from '../../spec/index.ts';
import type { CheckResult, Report } from '../model.ts';
import { clean } from './clean.ts';
import { acceptedWords } from './details.ts';
import { beforeRepeating, repetitionOf } from './repetition.ts';
import { requestLine } from './request-line.ts';
import { countStandings, type Standing, standingOf, standingWords } from './standing.ts';
import { wrap } from './wrap.ts';

export interface ConsoleOptions {
  /** Default: as the terminal and NO_COLOR say. */
  readonly color?: boolean;
}

const WIDTH = 100;
const INDENT = 14;
/** Ids named under one reason; a run that broke off has the same reason for all of them. */
const MOST_IDS = 40;

/** The report for people: counts by area, then what failed and how to mend it, then the verdict. */
export function consoleReport(report: Report, options: ConsoleOptions = {}): string {
  const colors = pc.createColors(options.color);
  const { checks, summary } = report;
  const having = (standing: Standing): readonly CheckResult[] =>
    inAreas(checks.filter((check) => standingOf(check) === standing));
  const failed = having('failed');
  const warned = having('warned');
  const accepted = having('accepted');
  const untested = having('not-testable');
  // The verdict says why; five hundred times the same is no help.
  const nothing = checks.length > MOST_IDS && untested.length === checks.length;
  const preparation = failed.length + warned.length > 0 ? beforeRepeating(report) : undefined;

  const section = (title: string | undefined, body: readonly string[]): readonly string[] =>
    body.length === 0 ? [] : ['', ...(title === undefined ? [] : [title]), ...body];
  const lines = [
    `${colors.bold('gateproof')} ${report.gateproof}   ${clean(report.target)}   ${clean(report.contract.title)}${report.requirements === undefined ? '' : `   requirements ${report.requirements}`}`,
    ...section(undefined, nothing ? [] : AREAS.flatMap((area) => areaLine(area, checks, colors))),
    ...section(
      colors.bold(colors.red(`Failed: ${failed.length}`)),
      failed.flatMap((check) => failure(check, report, colors.red('✗'), colors)),
    ),
    ...section(
      colors.bold(colors.yellow(`Warnings: ${warned.length}`)),
      warned.flatMap((check) => failure(check, report, colors.yellow('!'), colors)),
    ),
    ...section(
      undefined,
      wrap(preparation ?? '', WIDTH).filter((line) => line !== ''),
    ),
    ...section(
      colors.bold(`Accepted: ${accepted.length}`),
      accepted.flatMap((check) => acceptance(check, colors)),
    ),
    ...section(
      colors.bold(colors.red('The baseline no longer holds')),
      (summary.stale ?? []).flatMap((sentence) =>
        wrap(clean(sentence), WIDTH - 2).map((line) => `  ${line}`),
      ),
    ),
    ...section(colors.bold(`Not testable: ${untested.length}`), nothing ? [] : byReason(untested, colors)),
    ...section(colors.bold('Measured'), measurements(checks)),
    '',
    ...verdictLines(summary, colors),
  ];
  return `${lines.join('\n')}\n`;
}

type Colors = ReturnType<typeof pc.createColors>;

/** Each time that was measured, with its range over all checks. */
function measurements(checks: readonly CheckResult[]): readonly string[] {
  const figures = checks.flatMap(({ measured = {} }) => Object.entries(measured));
  return [...new Set(figures.map(([what]) => what))].sort().map((what) => {
    const seconds = figures.filter(([name]) => name === what).map(([, value]) => value);
    return `  ${what}: ${Math.min(...seconds)} to ${Math.max(...seconds)} s (${seconds.length} checks)`;
  });
}

function inAreas(checks: readonly CheckResult[]): readonly CheckResult[] {
  return AREAS.flatMap((area) => checks.filter((check) => check.area === area));
}

function areaLine(area: string, checks: readonly CheckResult[], colors: Colors): readonly string[] {
  const results = checks.filter((check) => check.area === area);
  if (results.length === 0) return [];
  const counts = countStandings(results);
  const paints: readonly (readonly [Standing, (text: string) => string])[] = [
    ['passed', colors.green],
    ['failed', colors.red],
    ['warned', colors.yellow],
    ['accepted', colors.cyan],
    ['not-testable', colors.magenta],
    ['not-applicable', colors.dim],
  ];
  const shown = paints.flatMap(([standing, paint]) => {
    const count = counts.get(standing) ?? 0;
    return count > 0 ? [paint(`${count} ${standingWords(standing)}`)] : [];
  });
  return [`  ${area.padEnd(24)}${shown.join('   ')}`];
}

function failure(check: CheckResult, report: Report, mark: string, colors: Colors): readonly string[] {
  const { id, level, area, title, expected, observed, exchange, remedy, references } = check;
  const rows: readonly (readonly [string, string])[] = [
    ['expected', expected],
    ['observed', observed],
    ...(exchange ? [['request', requestLine(exchange)] as const] : []),
    ['fix', remedy],
    ['see', references.join(', ')],
  ];
  return [
    '',
    `${mark} ${colors.bold(id)}  ${colors.dim(`${level}  ${area}`)}`,
    `  ${title}`,
    ...rows.flatMap(([label, text]) => row(label, text, colors)),
    ...repeatRows(check, report, colors),
  ];
}

/** In whole lines, so that they can be copied. */
function repeatRows({ exchange }: CheckResult, report: Report, colors: Colors): readonly string[] {
  if (exchange === undefined) return [];
  const { commands, note } = repetitionOf(exchange, report);
  const lines = commands.flatMap((command) => command.split('\n'));
  const [first, ...others] = lines;
  return [
    ...(first === undefined ? [] : [`    ${colors.dim('repeat'.padEnd(INDENT - 4))}${first}`]),
    ...others.map((line) => ' '.repeat(INDENT) + line),
    ...(note === undefined ? [] : row(first === undefined ? 'repeat' : '', note, colors)),
  ];
}

function acceptance({ id, level, observed, accepted }: CheckResult, colors: Colors): readonly string[] {
  return [
    '',
    `${colors.cyan('~')} ${colors.bold(id)}  ${colors.dim(level)}`,
    ...row('observed', observed, colors),
    ...row('accepted', accepted ? acceptedWords(accepted) : '', colors),
  ];
}

function row(label: string, text: string, colors: Colors): readonly string[] {
  return wrap(clean(text), WIDTH - INDENT).map(
    (line, at) => (at === 0 ? `    ${colors.dim(label.padEnd(INDENT - 4))}` : ' '.repeat(INDENT)) + line,
  );
}

/** One reason commonly keeps many checks from being tested, so it is said once. */
function byReason(checks: readonly CheckResult[], colors: Colors): readonly string[] {
  const reasons = new Map<string, string[]>();
  for (const { id, level, observed } of checks) {
    const ids = reasons.get(observed) ?? [];
    reasons.set(observed, [...ids, level === 'MUST' ? id : `${id} (${level})`]);
  }
  return [...reasons].flatMap(([reason, ids]) => {
    const more = ids.length > MOST_IDS ? [`and ${ids.length - MOST_IDS} more`] : [];
    return [
      '',
      ...wrap(clean(reason), WIDTH - 2).map((line) => `  ${line}`),
      ...wrap([...ids.slice(0, MOST_IDS), ...more].join(', '), WIDTH - 4).map((line) =>
        colors.dim(`    ${line}`),
      ),
    ];
  });
}

function verdictLines(summary: Report['summary'], colors: Colors): readonly string[] {
  const label = {
    pass: summary.partial ? colors.bold(colors.yellow('PASS IN PART')) : colors.bold(colors.green('PASS')),
    fail: colors.bold(colors.red('FAIL')),
    invalid: colors.bold(colors.magenta('NO VERDICT')),
  }[summary.verdict];
  const counts = [
    `${summary.passed} passed`,
    `${summary.failed} failed`,
    `${summary.warned} warned`,
    ...(summary.accepted > 0 ? [`${summary.accepted} accepted`] : []),
    `${summary.notTestable} not testable`,
    `${summary.notApplicable} not applicable`,
  ].join(', ');
  const reason = summary.reason === undefined ? [] : wrap(clean(summary.reason), WIDTH);
  return [`${label}  ${counts}`, ...reason];
}
