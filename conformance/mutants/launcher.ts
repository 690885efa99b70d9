import type { Launcher } from '../launch.ts';
import { startMutantBackend } from './backend.ts';
import type { BugName } from './bugs.ts';
import type { Ledger } from './ledger.ts';

/** Starts the small reference backend in this process: correct without a name, else with that one bug. */
export function mutantLauncher(name?: BugName, ledger?: Ledger): Launcher {
  return async (environment) => {
    const backend = await startMutantBackend(environment, name, ledger);
    return {
      url: backend.url,
      exitCode: () => backend.exitCode,
      output: () => (backend.exitCode === undefined ? backend.log.join('\n') : 'no usable key set'),
      [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
    };
  };
}
