import { setTimeout as pause } from 'node:timers/promises';

/** Rejects with the reason once the signal is given; never without one. */
export function abortion(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => {
      reject(signal?.reason as Error);
    };
    signal?.addEventListener('abort', abort, { once: true });
  });
}

/** Once so many milliseconds are over: one sentence that says so. `undefined` where the run ended before. */
export async function lateness(milliseconds: number, ended: AbortSignal): Promise<string | undefined> {
  try {
    await pause(milliseconds, undefined, { signal: ended });
  } catch {
    return undefined;
  }
  return `the run did not end within ${milliseconds / 60_000} minutes, and what it did not reach is not tested: run it in parts (--area), or against a backend that answers sooner`;
}
