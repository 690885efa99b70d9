import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import pc from 'picocolors';
import type { Diagnosis, ExplainedToken, Source } from '../conformance/doctor/index.ts';
import { UsageError } from './errors.ts';

interface DoctorOptions {
  readonly issuer?: string;
  readonly jwksUrl?: string;
  readonly audience?: string;
  readonly tokenLifetime?: string;
  readonly rotationInterval?: string;
  readonly token?: string;
  readonly json?: boolean;
}

const HELP = `
What is looked at: BETTER_AUTH_URL, BETTER_AUTH_JWKS_URL, JWT_AUDIENCE, BETTER_AUTH_SECRET, JWKS_CACHE_TTL, JWT_LEEWAY,
JWT_LIFETIME, JWKS_ROTATION_INTERVAL, ALLOWED_ORIGINS, NEXT_PUBLIC_API_URL, NEXT_PUBLIC_BETTER_AUTH_URL.
A flag holds over the files, a file over the environment.

Examples:
  gateproof doctor
  gateproof doctor backend/.env frontend/.env.local
  gateproof doctor --issuer https://auth.example.org --audience https://api.example.org --token - < token.txt

Exit codes: 0 nothing is wrong, or warnings only; 1 something is wrong; 2 wrong usage.`;

/** `doctor`: a configuration, and one token if asked, held against the contract. */
export function doctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check a configuration, and explain a token')
    .argument('[files...]', '.env files (default: .env where there is one)')
    .option('--issuer <url>', 'as BETTER_AUTH_URL')
    .option('--jwks-url <url>', 'as BETTER_AUTH_JWKS_URL')
    .option('--audience <audience>', 'as JWT_AUDIENCE')
    .option('--token-lifetime <time>', 'how long tokens live, such as 15m')
    .option('--rotation-interval <time>', 'how often signing keys change, such as 30d')
    .option(
      '--token <token>',
      'explain this token, too; - reads it from standard input, out of the shell history',
    )
    .option('--json', 'print what was found as JSON')
    .addHelpText('after', HELP)
    .action(async (files: readonly string[], options: DoctorOptions) => {
      const doctor = await import('../conformance/doctor/index.ts');
      const envFiles = await Promise.all(
        (await pathsOf(files)).map(async (path) => doctor.readEnvFile(path, await read(path))),
      );
      const sources: Source[] = [
        doctor.flagSource(flagsOf(options)),
        ...envFiles.map(({ source }) => source),
        doctor.environmentSource(process.env),
      ];
      const settings = doctor.gatherSettings(sources);
      if (Object.keys(settings).length === 0 && options.token === undefined) {
        throw new UsageError(
          'there is nothing to check: name a .env file, or give --issuer, --jwks-url or --token',
        );
      }
      const { diagnoses, keys } = await doctor.diagnose(settings, { fetch });
      const all = [
        ...envFiles.flatMap((file) => file.diagnoses),
        ...doctor.checkPublicSecrets(sources),
        ...diagnoses,
      ];
      const token =
        options.token === undefined
          ? undefined
          : doctor.explainToken(await tokenOf(options.token), { keys, settings, now: Date.now() });
      console.log(
        options.json
          ? JSON.stringify({ diagnoses: all, ...(token && { token }) }, null, 2)
          : page(all, token),
      );
      process.exitCode = isWrong(all, token) ? 1 : 0;
    });
}

function flagsOf(options: DoctorOptions) {
  return {
    issuer: { flag: '--issuer', value: options.issuer },
    jwksUrl: { flag: '--jwks-url', value: options.jwksUrl },
    audience: { flag: '--audience', value: options.audience },
    tokenLifetime: { flag: '--token-lifetime', value: options.tokenLifetime },
    rotationInterval: { flag: '--rotation-interval', value: options.rotationInterval },
  };
}

async function pathsOf(files: readonly string[]): Promise<readonly string[]> {
  if (files.length > 0) return files;
  return readFile('.env').then(
    () => ['.env'],
    () => [],
  );
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new UsageError(`the file ${path} cannot be read`, { cause });
  }
}

async function tokenOf(option: string): Promise<string> {
  return (option === '-' ? await text(process.stdin) : option).trim();
}

function isWrong(diagnoses: readonly Diagnosis[], token: ExplainedToken | undefined): boolean {
  return (
    diagnoses.some(({ severity }) => severity === 'error') ||
    (token?.steps.some(({ outcome }) => outcome === 'fail') ?? false)
  );
}

const MARKS = { error: pc.red('✗'), warning: pc.yellow('!'), unknown: pc.dim('?'), ok: pc.green('✓') };
const STEP_MARKS = { fail: MARKS.error, unknown: MARKS.unknown, pass: MARKS.ok };
const ORDER = ['error', 'warning', 'unknown', 'ok'] as const;

function page(diagnoses: readonly Diagnosis[], token: ExplainedToken | undefined): string {
  const sorted = ORDER.flatMap((severity) =>
    diagnoses.filter((diagnosis) => diagnosis.severity === severity),
  );
  const lines = sorted.flatMap(({ severity, cause, remedy }) => [
    `${MARKS[severity]} ${cause}`,
    ...(remedy === undefined ? [] : [`    ${pc.dim(remedy)}`]),
  ]);
  const count = (wanted: string) => diagnoses.filter(({ severity }) => severity === wanted).length;
  const summary = `${count('error')} wrong, ${count('warning')} to look at, ${count('unknown')} not known, ${count('ok')} fine`;
  return [...lines, '', summary, ...(token === undefined ? [] : ['', ...tokenLines(token)])].join('\n');
}

function tokenLines({ header, claims, steps }: ExplainedToken): readonly string[] {
  const failed = steps.filter(({ outcome }) => outcome === 'fail').map(({ name }) => name);
  return [
    pc.bold('The token'),
    ...(header === undefined ? [] : [`  header  ${JSON.stringify(header)}`]),
    ...(claims === undefined ? [] : [`  claims  ${JSON.stringify(claims)}`]),
    ...steps.map(
      ({ name, outcome, detail, remedy }) =>
        `${STEP_MARKS[outcome]} ${name.padEnd(10)}${detail}${remedy === undefined ? '' : `. ${remedy}`}`,
    ),
    '',
    failed.length === 0
      ? 'Nothing here makes an API of this configuration refuse it.'
      : `An API of this configuration refuses it: ${failed.join(', ')}.`,
  ];
}
