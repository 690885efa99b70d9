import type { LoadReport } from '../model.ts';

/** The machine interface, and what `--compare` reads: the report as it is (`report.schema.json`). */
export function jsonLoadReport(report: LoadReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
