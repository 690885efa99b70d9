import type { Report } from '../model.ts';

/** The machine interface: the report as it is, in one stable order of members. */
export function jsonReport(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
