import { mkdir, open, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { jsonReport, junitReport, type Report } from '../conformance/index.ts';
import { UsageError } from './errors.ts';

const WRITERS: Readonly<Record<string, (report: Report) => string>> = {
  json: jsonReport,
  junit: junitReport,
};

export interface ReportFile {
  readonly format: string;
  readonly path: string;
}

/** `<format>=<path>`, gathered. */
export function reportFile(value: string, earlier: readonly ReportFile[] = []): readonly ReportFile[] {
  const [, format = '', path = ''] = /^([^=]*)=(.+)$/s.exec(value) ?? [];
  if (WRITERS[format] === undefined) {
    throw new InvalidArgumentError(
      `It must be <format>=<path> with one of the formats ${Object.keys(WRITERS).join(', ')}.`,
    );
  }
  return [...earlier, { format, path }];
}

/** Finds out before a run whether its reports can be written. @throws UsageError */
export async function prepareReports(files: readonly ReportFile[]): Promise<void> {
  for (const { path } of files) {
    try {
      await mkdir(dirname(path), { recursive: true });
      await (await open(path, 'a')).close();
    } catch (error) {
      throw new UsageError(`the report cannot be written to ${path}: ${(error as Error).message}`);
    }
  }
}

export async function writeReports(report: Report, files: readonly ReportFile[]): Promise<void> {
  for (const { format, path } of files) await writeFile(path, WRITERS[format]?.(report) ?? '');
}
