import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report } from '../model.ts';
import { ScoreboardError } from './errors.ts';
import type { Implementation, Manifest } from './manifest.ts';

const BIN = fileURLToPath(new URL('../../bin/gateproof.js', import.meta.url));

/** Whether the command that an implementation needs is there. */
export function hasTool(tool: Manifest['tool'], path: string = process.env['PATH'] ?? ''): boolean {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, tool), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Builds an implementation; what it says goes to the error output. @throws ScoreboardError where it cannot be built */
export async function install({ folder, manifest }: Implementation): Promise<void> {
  const code = await exitOf(spawn(manifest.install, { cwd: folder, stdio: ['ignore', 2, 2] }));
  if (code !== 0) throw new ScoreboardError(`its install ended with ${code}`);
}

/**
 * The suite on one variant, by the command that a reader would type. Its progress goes to the error output.
 *
 * @param areas only these; none: all
 * @throws ScoreboardError where no report comes of it
 */
export async function runVariant(
  { folder, manifest }: Implementation,
  variant: string,
  areas: readonly string[],
): Promise<Report> {
  const scratch = mkdtempSync(join(tmpdir(), 'gateproof-'));
  try {
    const file = join(scratch, 'report.json');
    const start = `'${join(folder, manifest.start).replaceAll("'", String.raw`'\''`)}'`;
    const child = spawn(
      process.execPath,
      [
        ...[BIN, 'test', '--start', start, '--report', `json=${file}`],
        ...areas.flatMap((area) => ['--area', area]),
      ],
      {
        stdio: ['ignore', 'ignore', 2],
        env: { ...process.env, ...manifest.variants[variant]?.environment },
      },
    );
    const code = await exitOf(child);
    // 1: it falls short of a MUST. 3 with a report: a MUST that could not be tested, or a run that is no verdict.
    if (code === 2) throw new ScoreboardError('the suite does not take its own options');
    return readReport(file);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function readReport(file: string): Report {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    throw new ScoreboardError('the suite wrote no report');
  }
}

/** The exit code; what could not be started, or was ended by a signal, has none. */
async function exitOf(child: ReturnType<typeof spawn>): Promise<number | string> {
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    return code ?? signal ?? 'no exit code';
  } catch (error) {
    return (error as Error).message;
  }
}
