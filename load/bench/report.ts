import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';

/** What every benchmark takes: `--json <path>` for its figures, `--rounds <n>` for how often each subject has its turn. */
export interface BenchOptions {
  readonly json: string | undefined;
  readonly rounds: number;
  /** What was named beside the options: only that is measured. */
  readonly names: readonly string[];
  /** Of what is measured of each, only this. */
  readonly only: string | undefined;
  /** The figures are added to those of the file. */
  readonly add: boolean;
}

/**
 * @param merges whether names, `--only` and `--add` are taken, since the benchmark joins its figures with those of its file
 * @throws TypeError for what is no option
 */
export function benchOptions(
  defaultRounds: number,
  { merges = false }: { readonly merges?: boolean } = {},
): BenchOptions {
  const { values, positionals } = parseArgs({
    options: {
      json: { type: 'string' },
      rounds: { type: 'string' },
      ...(merges && { add: { type: 'boolean' }, only: { type: 'string' } }),
    },
    allowPositionals: merges,
  });
  const rounds = Number(values.rounds ?? defaultRounds);
  if (!Number.isSafeInteger(rounds) || rounds < 1)
    throw new TypeError('--rounds must be a whole number above 0');
  const only = typeof values.only === 'string' ? values.only : undefined;
  return { json: values.json, rounds, names: positionals, only, add: values.add === true };
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
