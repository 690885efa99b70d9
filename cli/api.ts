import type { Command } from 'commander';
import { untilSignal } from './signals.ts';
import { integer } from './values.ts';

const ENVIRONMENT = `
Settings come from the environment, times in seconds: BETTER_AUTH_URL and JWT_AUDIENCE (required), BETTER_AUTH_JWKS_URL,
DATABASE_URL (default: a PostgreSQL inside the process), ALLOWED_ORIGINS, HOST, PORT, JWKS_CACHE_TTL, JWKS_COOLDOWN,
JWKS_TIMEOUT, JWKS_MAX_STALE, JWT_LEEWAY, JWKS_STARTUP (strict or degraded), LOG_LEVEL, SERVER_TIMING (on or off).`;

/** `api`: the reference API, until it is stopped. It logs its address itself. */
export function apiCommand(program: Command): void {
  program
    .command('api')
    .description('run the reference API')
    .option(
      '--workers <number>',
      'processes that share the address, one per core at best; needs DATABASE_URL',
      integer(1, 128),
      1,
    )
    .addHelpText('after', ENVIRONMENT)
    .action(async ({ workers }: { readonly workers: number }) => {
      // A stop may be asked for while it starts.
      const stopped = untilSignal();
      const { loadSettings, startApi, startCluster } = await import('../verifier/service/index.ts');
      const api =
        workers === 1
          ? await startApi({ settings: loadSettings(process.env) })
          : await startCluster({ env: process.env, workers });
      try {
        await stopped;
      } finally {
        await api[Symbol.asyncDispose]();
      }
    });
}
