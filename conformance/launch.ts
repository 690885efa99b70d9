import { type ChildProcess, spawn } from 'node:child_process';
import net from 'node:net';

/** Names and values of the environment a backend is started with. */
export type Environment = Readonly<Record<string, string>>;

/**
 * Starts a backend and gives its base URL at once; whoever called waits until it answers. `commandLauncher` runs a
 * command; a test may start a server in its own process instead.
 */
export type Launcher = (environment: Environment) => Promise<LaunchedBackend>;

export interface LaunchedBackend extends AsyncDisposable {
  /** Base URL, without a trailing slash. */
  readonly url: string;
  /** Exit code, where the backend ended by itself. */
  readonly exitCode: () => number | undefined;
  /** The last lines it wrote, as it wrote them. */
  readonly output: () => string;
}

export interface CommandOptions {
  /** Port of the first backend started; free ports after that. Default: free ports. */
  readonly port?: number;
  /** Path prefix of the API, e.g. `/v2`. */
  readonly basePath?: string;
  /** Where the command runs. Default: the working directory. */
  readonly folder?: string;
  /** How long a backend may take to stop by SIGTERM, in milliseconds; default 5 000. */
  readonly graceMs?: number;
}

const HOST = '127.0.0.1';
const LINES_KEPT = 200;

/**
 * Runs a shell command per backend, in a process group of its own, with HOST and PORT beside the given environment
 * and that of this process.
 */
export function commandLauncher(command: string, options: CommandOptions = {}): Launcher {
  const taken = new Set<number>();
  const running = new Set<ChildProcess>();
  let fixed = options.port;
  // A last resort, for a process that ends in the middle of a run.
  const killAll = (): void => {
    for (const child of running) signalGroup(child, 'SIGKILL');
  };
  return async (environment) => {
    const port = fixed ?? (await freePort(taken));
    fixed = undefined;
    // A group of its own, since what listens is often a grandchild: sh, then npm, then node.
    const child = spawn(command, {
      shell: true,
      detached: true,
      cwd: options.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment, HOST, PORT: String(port) },
    });
    const output = keepLastLines(child);
    if (running.size === 0) process.once('exit', killAll);
    running.add(child);
    const ended = endOf(child).then(() => {
      // The shell may be gone and a grandchild that closed its output still there.
      signalGroup(child, 'SIGKILL');
      // From here on the number may be that of a stranger's group.
      running.delete(child);
      taken.delete(port);
      if (running.size === 0) process.off('exit', killAll);
    });
    return {
      url: `http://${HOST}:${port}${options.basePath ?? ''}`,
      exitCode: () => child.exitCode ?? (child.signalCode === null ? undefined : 128),
      output,
      [Symbol.asyncDispose]: async () => {
        if (!running.has(child)) return;
        signalGroup(child, 'SIGTERM');
        const late = setTimeout(signalGroup, options.graceMs ?? 5_000, child, 'SIGKILL');
        await ended;
        clearTimeout(late);
      },
    };
  };
}

/** Its end with its output closed; at once where it could not be started, which its exit code tells. */
function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('close', () => {
      resolve();
    });
    child.once('error', () => {
      resolve();
    });
  });
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function keepLastLines(child: ChildProcess): () => string {
  let lines: readonly string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    let partial = '';
    stream?.setEncoding('utf8').on('data', (text: string) => {
      const parts = (partial + text).split('\n');
      partial = parts.pop() ?? '';
      lines = [...lines, ...parts].slice(-LINES_KEPT);
    });
    stream?.on('end', () => {
      if (partial !== '') lines = [...lines, partial].slice(-LINES_KEPT);
    });
  }
  return () => lines.join('\n');
}

/**
 * A port nobody listens on. Not one the system would give out for port 0: by the time the backend listens, an
 * outgoing connection of anybody could hold it.
 */
async function freePort(taken: Set<number>): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (taken.has(port)) continue;
    taken.add(port);
    if (await isFree(port)) return port;
    taken.delete(port);
  }
  throw new Error('no free port between 20000 and 32000');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, HOST, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
