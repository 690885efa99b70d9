import { mkdir, open, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { jsonReport, junitReport, type Report } from '../conformance/index.ts';
import { UsageError } from './errors.ts';
import type { ReportFile } from './report-option.ts';

const WRITERS: Readonly<Record<ReportFile['format'], (report: Report) => string>> = {
  json: jsonReport,
  junit: junitReport,
};

/** Finds out before a run whether its reports can be written. @throws UsageError */
export async function prepareReports(files: readonly ReportFile[]): Promise<void> {
  for (const { path } of files) {
    try {
      await mkdir(dirname(path), { recursive: true });
      const isNew = await stat(path).then(
        () => false,
        () => true,
      );
      await (await open(path, 'a')).close();
      // A run that is broken off leaves no empty report behind.
      if (isNew) await rm(path);
    } catch (error) {
      throw new UsageError(`the report cannot be written to ${path}: ${(error as Error).message}`);
    }
  }
}

export async function writeReports(report: Report, files: readonly ReportFile[]): Promise<void> {
  for (const { format, path } of files) await writeFile(path, WRITERS[format](report));
}
