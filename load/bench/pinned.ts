import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

/** Whether processes can be bound to a core: Linux, with two cores and `taskset` at hand. Elsewhere they run where they like. */
export function canPin(): boolean {
  if (process.platform !== 'linux' || availableParallelism() < 2) return false;
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Binds this process, all its threads included, to the first core. */
export function pinSelf(): void {
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', '0', String(process.pid)], {
    stdio: 'ignore',
  });
}

/** A server in a process of its own. */
export interface ServerProcess {
  readonly url: string;
  /** Processor time it has used so far, in milliseconds: what other processes take of the core is not in it. */
  cpuMs(): Promise<number>;
  close(): Promise<void>;
}

/**
 * Starts `load/bench/http-server.ts` with these arguments, bound to the second core where asked for.
 * @throws Error where it ends before it listens
 */
export async function startServerProcess(args: readonly string[], pinned: boolean): Promise<ServerProcess> {
  const script = fileURLToPath(new URL('./http-server.ts', import.meta.url));
  const command = [...(pinned ? ['taskset', '--cpu-list', '1'] : []), process.execPath, script, ...args];
  const child = spawn(command[0] ?? '', command.slice(1), {
    // Its log is written, as it would be anywhere, and read by nobody.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const url = await Promise.race([addressOf(child), endOf(child, args)]);
  return {
    url,
    async cpuMs() {
      child.send('cpu');
      const [ms] = (await once(child, 'message')) as [number];
      return ms;
    },
    async close() {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

async function addressOf(child: ChildProcess): Promise<string> {
  const [url] = (await once(child, 'message')) as [string];
  return url;
}

async function endOf(child: ChildProcess, args: readonly string[]): Promise<never> {
  await once(child, 'exit');
  throw new Error(`The server "${args[0] ?? ''}" ended before it listened.`);
}
