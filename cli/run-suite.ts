import { consoleReport, exitCode, runSuite, type SuiteOptions } from '../conformance/index.ts';
import { type Gate, writeGate } from './gate.ts';
import { showProgress } from './progress.ts';
import { prepareReports, writeReports } from './report-files.ts';
import type { ReportFile } from './report-option.ts';
import { abortOnSignal } from './signals.ts';

/** Runs the suite, prints the report, writes the files asked for, and sets the exit code. */
export async function runAndReport(
  options: SuiteOptions,
  files: readonly ReportFile[] = [],
  write?: Gate['write'],
): Promise<void> {
  await prepareReports(files);
  const progress = showProgress();
  const report = await runSuite({ ...options, signal: abortOnSignal(), onProgress: progress.update }).finally(
    progress.end,
  );
  await writeReports(report, files);
  if (write) await writeGate(report, write);
  process.stdout.write(consoleReport(report));
  process.exitCode = exitCode(report.summary);
}
