import { readFile, writeFile } from 'node:fs/promises';
import {
  compareReports,
  consoleComparison,
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

/** Prints what changed from one JSON report to another; exit code 1 where something got slower by more than the noise. */
export async function compareLoads(paths: readonly string[]): Promise<void> {
  const [before, after] = paths;
  if (before === undefined || after === undefined || paths.length > 2) {
    throw new UsageError(
      '--compare takes two JSON reports of load: gateproof load --compare before.json after.json',
    );
  }
  const comparisons = compareReports(await readReport(before), await readReport(after));
  if (comparisons.length === 0) throw new UsageError(`${before} and ${after} have no scenario in common`);
  process.stdout.write(consoleComparison(comparisons));
  const isSlower = comparisons.some(({ rows }) => rows.some(({ outcome }) => outcome === 'slower'));
  process.exitCode = isSlower ? 1 : 0;
}

async function readReport(path: string): Promise<LoadReport> {
  try {
    const report = JSON.parse(await readFile(path, 'utf8')) as Partial<LoadReport>;
    if (!Array.isArray(report.scenarios)) throw new Error('it has no scenarios');
    return report as LoadReport;
  } catch (error) {
    throw new UsageError(`${path} is no JSON report of load: ${(error as Error).message}`, { cause: error });
  }
}
