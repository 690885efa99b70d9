import { jwksIn } from './configuration-keys.ts';
import { MockIdpError } from './errors.ts';
import type { MockIdpOptions } from './options.ts';
import { didYouMean } from './suggest.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = 'MOCK_IDP_';

/** How each option is read from text. The rest is too deep for an environment variable: it goes into the document. */
const READERS = {
  host: text,
  port: whole,
  publicUrl: text,
  issuer: text,
  preset: text,
  signingKeys: keys,
  audience: text,
  tokenLifetime: whole,
  interactiveLogin: flag,
  rotateRefreshToken: flag,
  controlToken: text,
  maxIssuers: whole,
  allowedOrigins: list,
} as const satisfies Partial<Record<keyof MockIdpOptions, (value: string, name: string) => unknown>>;

type Name = keyof typeof READERS;

/** Names that users of other mock identity providers know; our own comes first. */
const ALIASES: Readonly<Partial<Record<Name, readonly string[]>>> = {
  host: ['SERVER_HOSTNAME'],
  port: ['SERVER_PORT', 'PORT'],
};

/** The options in an environment. @throws MockIdpError `invalid_request` for a variable of ours that is not known, or no value of its kind */
export function environmentOptions(env: Environment): Record<string, unknown> {
  const names = Object.keys(READERS) as Name[];
  assertKnown(env, names.map(variableOf));
  const options: Record<string, unknown> = {};
  for (const name of names) {
    const variable = [variableOf(name), ...(ALIASES[name] ?? [])].find((each) => env[each]);
    const value = variable === undefined ? undefined : env[variable];
    if (variable !== undefined && value !== undefined) options[name] = READERS[name](value, variable);
  }
  return options;
}

/** `publicUrl` is `MOCK_IDP_PUBLIC_URL`. */
function variableOf(name: Name): string {
  return PREFIX + name.replace(/[A-Z]/gu, (letter) => `_${letter}`).toUpperCase();
}

function assertKnown(env: Environment, known: readonly string[]): void {
  const unknown = Object.keys(env).find((name) => name.startsWith(PREFIX) && !known.includes(name));
  if (unknown !== undefined) throw refusal(`no variable is called ${unknown}${didYouMean(unknown, known)}`);
}

function text(value: string): string {
  return value;
}

function list(value: string): readonly string[] {
  return value.split(',').map((each) => each.trim());
}

function keys(value: string, name: string): readonly object[] {
  return jwksIn(name, value);
}

function whole(value: string, name: string): number {
  if (/^\d{1,9}$/u.test(value)) return Number(value);
  throw refusal(`${name}: expected a whole number, not "${value.slice(0, 32)}"`);
}

function flag(value: string, name: string): boolean {
  if (value === 'true' || value === 'false') return value === 'true';
  throw refusal(`${name}: expected true or false, not "${value.slice(0, 32)}"`);
}

function refusal(reason: string): MockIdpError {
  return new MockIdpError('invalid_request', `Cannot read the environment: ${reason}`);
}
