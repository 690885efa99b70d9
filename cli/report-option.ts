import { InvalidArgumentError } from 'commander';

/** The formats a report can be written in. */
export const FORMATS = ['json', 'junit', 'sarif', 'html', 'markdown'] as const;

export interface ReportFile {
  readonly format: (typeof FORMATS)[number];
  readonly path: string;
}

/** `<format>=<path>`, gathered. */
export function reportFile(value: string, earlier: readonly ReportFile[] = []): readonly ReportFile[] {
  const [, name, path = ''] = /^([^=]*)=(.+)$/s.exec(value) ?? [];
  const format = FORMATS.find((known) => known === name);
  if (format === undefined) {
    throw new InvalidArgumentError(
      `It must be <format>=<path> with one of the formats ${FORMATS.join(', ')}.`,
    );
  }
  return [...earlier, { format, path }];
}
