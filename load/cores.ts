import { readdirSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/** What a process got of the cores of its machine. */
export interface CoreUse {
  /** Cores it used on average. */
  readonly cores: number;
  /** Share of the time its threads could run and had to wait for a core. */
  readonly waitShare: number;
}

const PERIOD_MS = 500;
const NS_PER_MS = 1e6;

/** Watches a process by the scheduler's own counts (Linux, /proc/<pid>/task/<tid>/schedstat). */
export function watchCores(pid: number | undefined): { readonly end: () => CoreUse | undefined } {
  const threads = new Map<string, readonly [run: number, wait: number]>();
  const began = performance.now();
  const look = (): void => {
    if (pid !== undefined) for (const [thread, times] of threadTimes(pid)) threads.set(thread, times);
  };
  const timer = setInterval(look, PERIOD_MS).unref();
  return {
    end: () => {
      clearInterval(timer);
      const sum = (at: 0 | 1): number => [...threads.values()].reduce((total, times) => total + times[at], 0);
      const [run, wait] = [sum(0), sum(1)];
      if (run === 0) return undefined;
      return { cores: run / NS_PER_MS / (performance.now() - began), waitShare: wait / (run + wait) };
    },
  };
}

function threadTimes(pid: number): readonly (readonly [string, readonly [number, number]])[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => {
      const [run = 0, wait = 0] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8')
        .split(' ')
        .map(Number);
      return [thread, [run, wait]] as const;
    });
  } catch {
    // The process or a thread has just ended, or the system is not Linux.
    return [];
  }
}
