import { z } from 'zod';
import {
  hostName,
  httpUrl,
  issuerUrl,
  oneOf,
  origins,
  port,
  postgresUrl,
  seconds,
  text,
} from './setting-values.ts';

/** What the reference API is told at start. Times in seconds. */
export interface Settings {
  /** `iss` of every token, compared exactly. */
  readonly issuer: string;
  readonly jwksUrl: string;
  /** The `aud` a token must hold. */
  readonly audience: string;
  readonly cacheTtl: number;
  readonly cooldown: number;
  readonly timeout: number;
  readonly maxStale: number;
  readonly leeway: number;
  /** Without a usable key set at start: `strict` refuses to start, `degraded` starts not ready and recovers. */
  readonly startup: 'strict' | 'degraded';
  /** May hold a password, so it stands in no log. Absent: a PostgreSQL inside the process, gone with it. */
  readonly databaseUrl?: string;
  /** Origins whose pages may call the API, compared exactly (RFC 6454 §6.2). */
  readonly allowedOrigins: readonly string[];
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly logLevel: LogLevel;
  /** Whether answers say how long their token took (`Server-Timing`). It tells clients of caches; for measurements. */
  readonly serverTiming: boolean;
}

export type LogLevel = (typeof LOG_LEVELS)[number];

/** One setting that cannot be used. None of the texts holds a secret. */
export interface SettingsProblem {
  /** Name of the environment variable. */
  readonly name: string;
  /** What is wrong, as the rest of a sentence that begins with the name. */
  readonly problem: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** Names every problem at once, so that a configuration is mended in one go. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly problems: readonly SettingsProblem[];

  constructor(problems: readonly SettingsProblem[]) {
    const lines = problems.map(({ name, problem, remedy }) => `- ${name} ${problem}. ${remedy}`);
    super(`The settings cannot be used:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const MONTH = 30 * 86_400;

const environment = z.object({
  BETTER_AUTH_URL: issuerUrl(),
  BETTER_AUTH_JWKS_URL: httpUrl().optional(),
  JWT_AUDIENCE: text(),
  JWKS_CACHE_TTL: seconds(Number.MIN_VALUE, MONTH).default(3600),
  JWKS_COOLDOWN: seconds(Number.MIN_VALUE, MONTH).default(30),
  JWKS_TIMEOUT: seconds(Number.MIN_VALUE, MONTH).default(5),
  JWKS_MAX_STALE: seconds(0, MONTH).default(3600),
  JWT_LEEWAY: seconds(0, 60).default(5),
  JWKS_STARTUP: oneOf(['strict', 'degraded']).default('strict'),
  DATABASE_URL: postgresUrl().optional(),
  NEON_DATABASE_URL: postgresUrl().optional(),
  ALLOWED_ORIGINS: origins().default([]),
  HOST: hostName().default('127.0.0.1'),
  PORT: port().default(8000),
  LOG_LEVEL: oneOf(LOG_LEVELS).default('info'),
  SERVER_TIMING: oneOf(['on', 'off']).default('off'),
});

type Name = keyof z.infer<typeof environment>;

const SECONDS = 'Give a number of seconds above 0, at most 30 days';
const DATABASE =
  'Give postgresql://user:password@host:5432/database, or leave it out for a database inside the process.';

const REMEDIES: Readonly<Record<Name, string>> = {
  BETTER_AUTH_URL:
    'Give the issuer, character by character as in the `iss` claim of its tokens, such as https://app.example.com.',
  BETTER_AUTH_JWKS_URL:
    'Give the address of the key set, such as https://app.example.com/api/auth/jwks, or leave it out for ' +
    '<BETTER_AUTH_URL>/.well-known/jwks.json.',
  JWT_AUDIENCE:
    'Give the value that the `aud` claim of every token must hold, such as https://api.example.com.',
  JWKS_CACHE_TTL: `${SECONDS}, such as 3600.`,
  JWKS_COOLDOWN: `${SECONDS}, such as 30.`,
  JWKS_TIMEOUT: `${SECONDS}, such as 5.`,
  JWKS_MAX_STALE: 'Give a number of seconds from 0 to 30 days, such as 3600.',
  JWT_LEEWAY: 'Give a number of seconds from 0 to 60, such as 5.',
  JWKS_STARTUP: 'Give "strict" (refuse to start without keys) or "degraded" (start not ready, and recover).',
  DATABASE_URL: DATABASE,
  NEON_DATABASE_URL: DATABASE,
  ALLOWED_ORIGINS:
    'Give origins with commas between them, such as https://app.example.com,http://localhost:3000.',
  HOST: 'Give the address to listen on: 127.0.0.1 for this machine alone, 0.0.0.0 for all.',
  PORT: 'Give a whole number from 0 (any free port) to 65535.',
  LOG_LEVEL: `Give one of ${LOG_LEVELS.join(', ')}.`,
  SERVER_TIMING: 'Give "on" (answers say how long their token took) or "off".',
};

/**
 * The settings in an environment; an empty variable counts as absent.
 * @throws SettingsError naming every variable that is missing or wrong
 */
export function loadSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const given = new Map(
    Object.keys(REMEDIES).flatMap((name) => (env[name]?.trim() ? [[name, env[name].trim()]] : [])),
  );
  const { data, error } = environment.safeParse(Object.fromEntries(given));
  const problems = error?.issues.map(({ path, message }) => problemWith(path[0] as Name, message)) ?? [];
  const neonUrl = given.get('NEON_DATABASE_URL');
  if (neonUrl !== undefined && neonUrl !== (given.get('DATABASE_URL') ?? neonUrl)) {
    problems.push(problemWith('NEON_DATABASE_URL', 'names another database than DATABASE_URL'));
  }
  if (problems.length > 0 || data === undefined) throw new SettingsError(problems);

  const databaseUrl = data.DATABASE_URL ?? data.NEON_DATABASE_URL;
  return {
    issuer: data.BETTER_AUTH_URL,
    jwksUrl: data.BETTER_AUTH_JWKS_URL ?? `${data.BETTER_AUTH_URL.replace(/\/$/, '')}/.well-known/jwks.json`,
    audience: data.JWT_AUDIENCE,
    cacheTtl: data.JWKS_CACHE_TTL,
    cooldown: data.JWKS_COOLDOWN,
    timeout: data.JWKS_TIMEOUT,
    maxStale: data.JWKS_MAX_STALE,
    leeway: data.JWT_LEEWAY,
    startup: data.JWKS_STARTUP,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    allowedOrigins: data.ALLOWED_ORIGINS,
    host: data.HOST,
    port: data.PORT,
    logLevel: data.LOG_LEVEL,
    serverTiming: data.SERVER_TIMING === 'on',
  };
}

function problemWith(name: Name, problem: string): SettingsProblem {
  return { name, problem, remedy: REMEDIES[name] };
}
