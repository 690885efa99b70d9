import type { Command } from 'commander';
import { untilSignal } from './signals.ts';

const ENVIRONMENT = `
Settings come from the environment, times in seconds: BETTER_AUTH_URL and JWT_AUDIENCE (required), BETTER_AUTH_JWKS_URL,
DATABASE_URL (default: a PostgreSQL inside the process), ALLOWED_ORIGINS, HOST, PORT, JWKS_CACHE_TTL, JWKS_COOLDOWN,
JWKS_TIMEOUT, JWKS_MAX_STALE, JWT_LEEWAY, JWKS_STARTUP (strict or degraded), LOG_LEVEL, SERVER_TIMING (on or off).`;

/** `api`: the reference API, until it is stopped. It logs its address itself. */
export function apiCommand(program: Command): void {
  program
    .command('api')
    .description('run the reference API')
    .addHelpText('after', ENVIRONMENT)
    .action(async () => {
      // A stop may be asked for while it starts.
      const stopped = untilSignal();
      const { loadSettings, startApi } = await import('../verifier/service/index.ts');
      const api = await startApi({ settings: loadSettings(process.env) });
      try {
        await stopped;
      } finally {
        await api[Symbol.asyncDispose]();
      }
    });
}
