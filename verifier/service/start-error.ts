import type { Settings } from './settings.ts';

/** The API cannot start. Names every cause at once, and what to do about it. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(`The API cannot start:\n${problems.map((problem) => `- ${problem}`).join('\n')}`, options);
    this.problems = problems;
  }
}

/** @param cause a `JwksError`, which names the endpoint and what is wrong with its answer */
export function noKeySet(cause: unknown): string {
  return (
    `${messageOf(cause)} Correct BETTER_AUTH_JWKS_URL or start the issuer; ` +
    'with JWKS_STARTUP=degraded the API starts without keys and recovers by itself.'
  );
}

export function noDatabase({ databaseUrl }: Settings, cause: unknown): string {
  const { host = 'in this process', pathname = '' } = URL.parse(databaseUrl ?? '') ?? {};
  return `No usable database at ${host}${pathname}: ${messageOf(cause)}. Start it, or correct DATABASE_URL.`;
}

export function noAddress({ host, port }: Settings, cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'EADDRINUSE') return `Port ${port} of ${host} is taken. Stop what listens there, or set PORT.`;
  return `Nothing can listen on ${host}, port ${port} (${messageOf(cause)}). Correct HOST or PORT.`;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
