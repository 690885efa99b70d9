import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { K6 } from './find-k6.ts';
import { type CoreUse, watchCores } from './cores.ts';
import { k6Command } from './k6-command.ts';
import { createSampleReader, type Sample } from './samples.ts';

export interface GeneratorOptions {
  readonly k6: K6;
  /** Absolute path. */
  readonly script: string;
  /** For the script, by the names of load/README.md. */
  readonly variables: Readonly<Record<string, string>>;
  /** Folders the script reads from. */
  readonly folders: readonly string[];
  /** Which share of the load is this one's: the n-th of so many. */
  readonly share: { readonly index: number; readonly of: number };
  /** Put before the command, such as `ip netns exec one`. */
  readonly prefix?: readonly string[];
}

/** A k6 process under way. */
export interface Generator {
  readonly ended: Promise<GeneratorEnd>;
  /** Asks it to end; iterations under way are given up. */
  readonly stop: () => void;
}

export interface GeneratorEnd {
  readonly exitCode: number;
  /** What it wrote to its error output. */
  readonly complaints: string;
  readonly cores: CoreUse | undefined;
}

const COMPLAINTS_KEPT = 20;
/** After which it is ended for good. */
const GRACE_MS = 15_000;

/** Starts k6. Samples come as they are written; lines that are none, its own summary, go to `onText`. */
export function startGenerator(
  options: GeneratorOptions,
  onSample: (sample: Sample) => void,
  onText: (line: string) => void,
): Generator {
  const { k6, script, folders, share, prefix = [] } = options;
  const environment = { ...options.variables, K6_CSV_TIME_FORMAT: 'unix_milli', K6_NO_USAGE_REPORT: 'true' };
  const args = [
    // Thresholds are judged on the samples of all instances together; each k6 alone knows only its own.
    ...['run', '--quiet', '--no-thresholds', '--no-color', '--out', 'csv=-'],
    ...(share.of > 1 ? ['--summary-mode', 'disabled', ...segmentOf(share)] : []),
    script,
  ];
  const variables = [...Object.keys(environment), ...ownSettings(process.env)];
  const { command, remove } = k6Command(k6, args, { variables, folders });
  const [program, ...rest] = [...prefix, ...command] as [string, ...string[]];
  const child = spawn(program, rest, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C in a terminal goes to the whole group, and k6 is to be ended by us, once.
    detached: true,
  });
  const cores = watchCores(k6.kind === 'binary' ? child.pid : undefined);
  let complaints: readonly string[] = [];
  const reading = createInterface({ input: child.stdout }).on('line', createSampleReader(onSample, onText));
  createInterface({ input: child.stderr }).on('line', (line) => {
    complaints = [...complaints, line].slice(-COMPLAINTS_KEPT);
  });
  const read = new Promise<void>((resolve) => reading.once('close', resolve));
  let late: NodeJS.Timeout | undefined;
  const ended = new Promise<number>((resolve) => {
    child.once('close', (code) => {
      resolve(code ?? 128);
    });
    child.once('error', () => {
      resolve(127);
    });
  });
  // Should this process end first, k6 must not go on.
  const kill = (): void => {
    child.kill('SIGKILL');
    remove();
  };
  process.once('exit', kill);
  return {
    stop: () => {
      child.kill('SIGINT');
      late ??= setTimeout(kill, GRACE_MS);
    },
    ended: (async () => {
      const code = await ended;
      await read;
      clearTimeout(late);
      process.off('exit', kill);
      return { exitCode: code, complaints: complaints.join('\n'), cores: cores.end() };
    })(),
  };
}

/** What the user set for k6 itself, such as K6_INSECURE_SKIP_TLS_VERIFY. */
function ownSettings(env: NodeJS.ProcessEnv): readonly string[] {
  return Object.keys(env).filter((name) => name.startsWith('K6_') && name !== 'K6_BIN');
}

/** k6's names for the n-th of several equal shares. */
export function segmentOf({ index, of }: GeneratorOptions['share']): readonly string[] {
  const bounds = Array.from({ length: of + 1 }, (_, bound) =>
    bound === 0 ? '0' : bound === of ? '1' : `${bound}/${of}`,
  );
  const segment = `${bounds[index] ?? ''}:${bounds[index + 1] ?? ''}`;
  return ['--execution-segment', segment, '--execution-segment-sequence', bounds.join(',')];
}

const MEANINGS: Readonly<Record<number, string>> = {
  100: 'its setup took too long',
  103: 'it was stopped',
  104: 'its configuration is invalid',
  105: 'it was stopped from outside',
  107: 'its script failed',
  109: 'it crashed',
  127: 'it could not be started',
};

/** What is wrong with an exit of k6; `undefined` for a good end. Thresholds are not its to judge here. */
export function faultOf({ exitCode, complaints }: GeneratorEnd): string | undefined {
  if (exitCode === 0) return undefined;
  const [, message] = /level=error msg="((?:[^"\\]|\\.)*)"/.exec(complaints) ?? [];
  const words = message ?? complaints.split('\n').at(-1) ?? '';
  return `k6 ended with ${exitCode}: ${MEANINGS[exitCode] ?? 'it failed'}${words === '' ? '' : ` (${words.slice(0, 300)})`}`;
}
