import { mkdir, open, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  htmlReport,
  jsonReport,
  junitReport,
  locateContract,
  markdownReport,
  type Report,
  sarifReport,
} from '../conformance/index.ts';
import { UsageError } from './errors.ts';
import type { ReportFile } from './report-option.ts';

const WRITERS: Readonly<Record<ReportFile['format'], (report: Report) => string | Promise<string>>> = {
  json: jsonReport,
  junit: junitReport,
  html: htmlReport,
  markdown: (report) => markdownReport(report),
  sarif: async (report) => sarifReport(report, await locateContract(report.contract)),
};

/** Finds out before a run whether its reports can be written. @throws UsageError */
export async function prepareReports(files: readonly ReportFile[]): Promise<void> {
  await prepareFiles(files.map(({ path }) => path));
}

/** Makes the folders of files to come. @throws UsageError where one could not be written */
export async function prepareFiles(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
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
  for (const { format, path } of files) await writeFile(path, await WRITERS[format](report));
}
