import { InvalidArgumentError } from 'commander';

/** The formats a load report can be written in. */
const FORMATS = ['json', 'markdown', 'html'] as const;

export interface LoadReportFile {
  readonly format: (typeof FORMATS)[number];
  readonly path: string;
}

/** `<format>=<path>`, gathered. */
export function loadReportFile(
  value: string,
  earlier: readonly LoadReportFile[] = [],
): readonly LoadReportFile[] {
  const [, name, path = ''] = /^([^=]*)=(.+)$/s.exec(value) ?? [];
  const format = FORMATS.find((known) => known === name);
  if (format === undefined) {
    throw new InvalidArgumentError(
      `It must be <format>=<path> with one of the formats ${FORMATS.join(', ')}.`,
    );
  }
  return [...earlier, { format, path }];
}
