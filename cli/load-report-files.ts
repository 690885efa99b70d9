import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import {
  compareReports,
  consoleComparison,
  exitCode,
  htmlLoadReport,
  jsonLoadReport,
  type LoadReport,
  markdownLoadReport,
} from '../load/index.ts';
import { UsageError } from './errors.ts';
import type { LoadReportFile } from './load-report-option.ts';
import { prepareFiles } from './report-files.ts';

const WRITERS: Readonly<Record<LoadReportFile['format'], (report: LoadReport) => string>> = {
  json: jsonLoadReport,
  markdown: markdownLoadReport,
  html: htmlLoadReport,
};

/** Finds out before a run whether its reports can be written. @throws UsageError */
export async function prepareLoadReports(files: readonly LoadReportFile[]): Promise<void> {
  await prepareFiles(files.map(({ path }) => path));
}

export async function writeLoadReports(report: LoadReport, files: readonly LoadReportFile[]): Promise<void> {
  for (const { format, path } of files) await writeFile(path, WRITERS[format](report));
}

/**
 * Prints what changed from one JSON report to another. Exit code 1 where something got slower by more than the noise, or a limit
 * was kept and is broken; 3 where nothing could be compared.
 */
export async function compareLoads(paths: readonly string[]): Promise<void> {
  const [before, after] = paths;
  if (before === undefined || after === undefined || paths.length > 2) {
    throw new UsageError(
      '--compare takes two JSON reports of load: gateproof load --compare before.json after.json',
    );
  }
  const [first, second] = [await readReport(before), await readReport(after)];
  const comparisons = compareReports(first, second);
  if (comparisons.length === 0) throw new UsageError(`${before} and ${after} have no scenario in common`);
  process.stdout.write(consoleComparison(comparisons));
  const single = [...first.scenarios, ...second.scenarios]
    .map(({ scenario }) => scenario)
    .filter((name) => !comparisons.some(({ scenario }) => scenario === name));
  if (single.length > 0) console.log(`\nNot compared, since only one of them has it: ${single.join(', ')}`);
  const isWorse = comparisons.some(
    ({ rows, broken }) => broken.length > 0 || rows.some(({ outcome }) => outcome === 'slower'),
  );
  const isEmpty = comparisons.every(({ rows }) => rows.length === 0);
  process.exitCode = exitCode(isWorse ? 'fail' : isEmpty ? 'invalid' : 'pass');
}

/** What a comparison reads of a report. */
const comparable = z.looseObject({
  scenarios: z.array(
    z.looseObject({
      scenario: z.string(),
      verdict: z.string(),
      thresholds: z.array(z.looseObject({ name: z.string(), outcome: z.string() })),
      timeline: z.array(
        z.looseObject({ second: z.number(), count: z.number(), p50Ms: z.number(), p99Ms: z.number() }),
      ),
    }),
  ),
});

async function readReport(path: string): Promise<LoadReport> {
  try {
    const report: unknown = JSON.parse(await readFile(path, 'utf8'));
    const [issue] = comparable.safeParse(report).error?.issues ?? [];
    if (issue !== undefined) throw new Error(`${issue.path.join('.')}: ${issue.message}`);
    return report as LoadReport;
  } catch (error) {
    throw new UsageError(`${path} is no JSON report of load: ${(error as Error).message}`, { cause: error });
  }
}
