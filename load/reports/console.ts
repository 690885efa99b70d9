import pc from 'picocolors';
import type { LoadReport, ScenarioResult, ThresholdResult } from '../model.ts';
import { bounded, figure } from './figures.ts';

export interface ConsoleOptions {
  /** Default: as the terminal and NO_COLOR say. */
  readonly color?: boolean;
}

type Colors = ReturnType<typeof pc.createColors>;

const LABELS = { pass: 'PASS', fail: 'FAIL', invalid: 'NO VERDICT' } as const;

/** What one scenario showed: its limits first, then the latencies. */
export function consoleScenario(result: ScenarioResult, options: ConsoleOptions = {}): string {
  const colors = pc.createColors(options.color);
  const { scenario, title, rate, seconds, instances, thresholds, requests, verification, notes } = result;
  const split = instances > 1 ? `, ${instances} k6 processes` : '';
  const lines = [
    `${colors.bold(scenario)}  ${title}  ${colors.dim(`${rate}/s for ${seconds} s${split}`)}`,
    ...thresholds.map((threshold) => thresholdLine(threshold, colors)),
    ...(verification
      ? [latencyLine(`verification (${verification.source})`, verification.count, verification.latencyMs)]
      : []),
    ...requests.map(({ kind, count, latencyMs }) => latencyLine(kind, count, latencyMs)),
    ...culprits(result).map((line) => `  ${colors.red(line)}`),
    ...notes.map((note) => colors.dim(`  ${note}`)),
    `  ${paint(result.verdict, colors)}${result.reason === undefined ? '' : `  ${result.reason}`}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** The verdict on all of them. */
export function consoleVerdict(
  { gateproof, k6, target, verdict, scenarios }: LoadReport,
  options: ConsoleOptions = {},
): string {
  const colors = pc.createColors(options.color);
  const named = (wanted: ScenarioResult['verdict']): readonly string[] =>
    scenarios.filter((each) => each.verdict === wanted).map(({ scenario }) => scenario);
  const parts = [
    ...listed('held', named('pass')),
    ...listed('broke', named('fail')),
    ...listed('no verdict', named('invalid')),
  ];
  return `${paint(verdict, colors)}  ${parts.join('; ')}\n${colors.dim(`gateproof ${gateproof}, k6 ${k6}, ${target}`)}\n`;
}

function listed(what: string, names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [`${what}: ${names.join(', ')}`];
}

function paint(verdict: LoadReport['verdict'], colors: Colors): string {
  const color = { pass: colors.green, fail: colors.red, invalid: colors.magenta }[verdict];
  return colors.bold(color(LABELS[verdict]));
}

function thresholdLine(threshold: ThresholdResult, colors: Colors): string {
  const { name, title, observed, unit, outcome } = threshold;
  const mark = { pass: colors.green('✓'), fail: colors.red('✗'), 'not-measured': colors.magenta('?') }[
    outcome
  ];
  const seen = observed === undefined ? 'not measured' : figure(observed, unit);
  return `  ${mark} ${name.padEnd(18)}${seen.padStart(16)}  ${colors.dim(`${bounded(threshold)}  ${title}`)}`;
}

function latencyLine(
  name: string,
  count: number,
  latency: ScenarioResult['requests'][number]['latencyMs'],
): string {
  const { p50, p95, p99, max } = latency;
  const all = Object.entries({ p50, p95, p99, max }).map(([which, ms]) => `${which} ${ms.toFixed(2)}`);
  return `    ${name.padEnd(28)}${String(count).padStart(8)}   ${all.join('   ')} ms`;
}

/** Which bad tokens were let in or answered by an error. */
function culprits({ forgeries }: ScenarioResult): readonly string[] {
  const named = (wanted: 'accepted' | 'failed'): string =>
    forgeries
      .filter((each) => each[wanted] > 0)
      .map(({ name, ...counts }) => `${name} (${counts[wanted]} of ${counts.count})`)
      .join(', ');
  const [accepted, failed] = [named('accepted'), named('failed')];
  return [
    ...(accepted === '' ? [] : [`accepted: ${accepted}`]),
    ...(failed === '' ? [] : [`answered by an error or not at all: ${failed}`]),
  ];
}
