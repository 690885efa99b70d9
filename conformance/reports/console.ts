import pc from 'picocolors';
import { AREAS } from '../../spec/index.ts';
import type { CheckResult, Report } from '../model.ts';
import { requestLine } from './request-line.ts';
import { wrap } from './wrap.ts';

export interface ConsoleOptions {
  /** Default: as the terminal and NO_COLOR say. */
  readonly color?: boolean;
}

const WIDTH = 100;
/** Ids named under one reason; a run that broke off has the same reason for all of them. */
const MOST_IDS = 40;

/** The report for people: counts by area, then what failed and how to mend it, then the verdict. */
export function consoleReport(report: Report, options: ConsoleOptions = {}): string {
  const colors = pc.createColors(options.color);
  const { checks, summary } = report;
  const having = (predicate: (check: CheckResult) => boolean): readonly CheckResult[] =>
    checks.filter(predicate);
  const failed = having(({ outcome, level }) => outcome === 'fail' && level === 'MUST');
  const warned = having(({ outcome, level }) => outcome === 'fail' && level !== 'MUST');
  const untested = having(({ outcome }) => outcome === 'not-testable');

  const section = (title: string | undefined, body: readonly string[]): readonly string[] =>
    body.length === 0 ? [] : ['', ...(title === undefined ? [] : [title]), ...body];
  const lines = [
    `${colors.bold('gateproof')} ${report.gateproof}   ${clean(report.target)}   ${clean(report.contract.title)}`,
    ...section(
      undefined,
      AREAS.flatMap((area) => areaLine(area, checks, colors)),
    ),
    ...section(
      colors.bold(colors.red(`Failed: ${failed.length}`)),
      failed.flatMap((check) => failure(check, colors.red('✗'), colors)),
    ),
    ...section(
      colors.bold(colors.yellow(`Warnings: ${warned.length}`)),
      warned.flatMap((check) => failure(check, colors.yellow('!'), colors)),
    ),
    ...section(colors.bold(`Not testable: ${untested.length}`), byReason(untested, colors)),
    '',
    ...verdictLines(summary, colors),
  ];
  return `${lines.join('\n')}\n`;
}

type Colors = ReturnType<typeof pc.createColors>;

function areaLine(area: string, checks: readonly CheckResult[], colors: Colors): readonly string[] {
  const results = checks.filter((check) => check.area === area);
  if (results.length === 0) return [];
  const count = (outcome: string, must?: boolean): number =>
    results.filter(
      (check) => check.outcome === outcome && (must === undefined || must === (check.level === 'MUST')),
    ).length;
  const parts: readonly (readonly [number, string, (text: string) => string])[] = [
    [count('pass'), 'passed', colors.green],
    [count('fail', true), 'failed', colors.red],
    [count('fail', false), 'warned', colors.yellow],
    [count('not-testable'), 'not testable', colors.magenta],
    [count('not-applicable'), 'not applicable', colors.dim],
  ];
  const shown = parts
    .filter(([number]) => number > 0)
    .map(([number, what, paint]) => paint(`${number} ${what}`));
  return [`  ${area.padEnd(24)}${shown.join('   ')}`];
}

function failure(check: CheckResult, mark: string, colors: Colors): readonly string[] {
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
  ];
}

function row(label: string, text: string, colors: Colors): readonly string[] {
  const indent = 14;
  return wrap(clean(text), WIDTH - indent).map(
    (line, at) => (at === 0 ? `    ${colors.dim(label.padEnd(indent - 4))}` : ' '.repeat(indent)) + line,
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
    pass: colors.bold(colors.green('PASS')),
    fail: colors.bold(colors.red('FAIL')),
    invalid: colors.bold(colors.magenta('NO VERDICT')),
  }[summary.verdict];
  const counts = [
    `${summary.passed} passed`,
    `${summary.failed} failed`,
    `${summary.warned} warned`,
    `${summary.notTestable} not testable`,
    `${summary.notApplicable} not applicable`,
  ].join(', ');
  const reason = summary.reason === undefined ? [] : wrap(clean(summary.reason), WIDTH);
  return [`${label}  ${counts}`, ...reason];
}

/** A target chooses some of these texts, and none of them may move the cursor or colour the terminal. */
function clean(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '·');
}
