import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { K6 } from './find-k6.ts';

/** How one k6 is started, and how it is ended where it does not end when it is told to. */
export interface K6Command {
  readonly command: readonly [string, ...string[]];
  /** What is to be ended beside the process of the command: a container outlives its client. */
  readonly remove: () => void;
}

export interface K6Needs {
  /** Names of the environment that the scripts read. */
  readonly variables: readonly string[];
  /** Folders they read from; absolute paths. */
  readonly folders: readonly string[];
}

/** The command line that runs k6 with `args`. */
export function k6Command(k6: K6, args: readonly string[], { variables, folders }: K6Needs): K6Command {
  if (k6.kind === 'binary') return { command: [k6.path, ...args], remove: () => undefined };
  const name = `gateproof-k6-${randomUUID()}`;
  return {
    command: [
      'docker',
      ...['run', '--rm', '--name', name, '--network', 'host'],
      // The token pool can be read by its owner only.
      ...['--user', `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`],
      // By name, so that no value stands in a command line that others on this machine can read.
      ...variables.flatMap((variable) => ['--env', variable]),
      // Unlike --volume, it makes no folder, of root's, where there is none.
      ...folders.flatMap((folder) => ['--mount', `type=bind,source=${folder},target=${folder},readonly`]),
      k6.image,
      ...args,
    ],
    // Of a process that ends, nothing but what is done at once is done.
    remove: () => void spawnSync('docker', ['rm', '--force', name], { stdio: 'ignore' }),
  };
}
