import { once } from 'node:events';
import { Interrupted } from './errors.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Aborts at the first SIGINT or SIGTERM; the second ends the process as usual. */
export function abortOnSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of SIGNALS) {
    process.once(signal, () => {
      controller.abort(new Interrupted('interrupted'));
      process.once(signal, () => process.exit(130));
    });
  }
  return controller.signal;
}

/** Resolves at the first SIGINT or SIGTERM. */
export async function untilSignal(): Promise<void> {
  await Promise.race(SIGNALS.map((signal) => once(process, signal)));
}
