import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Config, SetupContext, SetupResult } from './config.ts';
import { ConfigError } from './errors.ts';

/** Runs `setup` and gives what it found out. @throws ConfigError where it fails */
export async function runSetup(
  { setup }: Config,
  folder: string,
  context: SetupContext,
): Promise<Required<SetupResult>> {
  if (typeof setup !== 'function') {
    await runCommand('setup', setup, folder);
    return { env: {}, parameters: {} };
  }
  const found = await named('setup', async () => {
    const result: unknown = await setup(context);
    return result as SetupResult | undefined;
  });
  return { env: found?.env ?? {}, parameters: found?.parameters ?? {} };
}

/** Runs `teardown`. @throws ConfigError where it fails */
export async function runTeardown({ teardown }: Config, folder: string): Promise<void> {
  if (typeof teardown === 'function') await named('teardown', teardown);
  else await runCommand('teardown', teardown, folder);
}

async function named<Result>(name: string, run: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`${name} of the configuration failed: ${message}`, { cause });
  }
}

async function runCommand(name: string, command: string | undefined, folder: string): Promise<undefined> {
  if (command === undefined) return;
  // What it says belongs to nobody's report, so it goes where progress goes.
  const child = spawn(command, { shell: true, cwd: folder, stdio: ['ignore', 2, 2] });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) {
    throw new ConfigError(
      `${name} of the configuration failed: "${command}" ended with ${code ?? 'a signal'}`,
    );
  }
}
