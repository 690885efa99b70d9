import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';

/** What every benchmark takes: `--json <path>` for its figures, `--rounds <n>` for how often each subject has its turn. */
export interface BenchOptions {
  readonly json: string | undefined;
  readonly rounds: number;
  /** What was named beside the options. */
  readonly names: readonly string[];
}

/** @throws TypeError for what is no option, and for names where a benchmark takes none */
export function benchOptions(
  defaultRounds: number,
  { takesNames = false }: { readonly takesNames?: boolean } = {},
): BenchOptions {
  const options = { json: { type: 'string' }, rounds: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: takesNames });
  const rounds = Number(values.rounds ?? defaultRounds);
  if (!Number.isSafeInteger(rounds) || rounds < 1)
    throw new TypeError('--rounds must be a whole number above 0');
  return { json: values.json, rounds, names: positionals };
}

/** Prints lines of a table, the first of them its head; all columns but the first to the right. */
export function printTable(lines: readonly (readonly string[])[]): void {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  for (const line of lines) {
    const cells = line.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    print(cells.join('  ').trimEnd());
  }
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Writes figures with what they depend on, where a path was given. */
export async function writeFigures(path: string | undefined, figures: object): Promise<void> {
  if (path === undefined) return;
  const [cpu] = cpus();
  const machine = { cpu: cpu?.model ?? 'unknown', cores: cpus().length, platform: process.platform };
  await mkdir(dirname(path), { recursive: true });
  const document = { node: process.version, machine, ...figures };
  await writeFile(path, `${JSON.stringify(document, null, 2)}\n`);
}
