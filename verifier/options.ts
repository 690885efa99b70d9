import type { TokenCacheOptions, VerifierEvent, VerifierOptions } from './contract.ts';
import { VerifierConfigError } from './errors.ts';

/** Options as checked, nothing left open. Times as the code needs them. */
export interface Settings {
  readonly jwksUrl: string;
  readonly issuer: string;
  readonly audience: string;
  /** Seconds, like the claims it is added to. */
  readonly leeway: number;
  readonly ttlMs: number;
  readonly cooldownMs: number;
  readonly timeoutMs: number;
  readonly maxStaleMs: number;
  readonly maxTokenBytes: number;
  readonly tokenCache: Required<TokenCacheOptions> | undefined;
  readonly now: () => number;
  readonly fetch: typeof globalThis.fetch;
  readonly onEvent: ((event: VerifierEvent) => void) | undefined;
}

/** What an option must be: a test and its wording. */
interface Rule {
  readonly holds: (value: unknown) => boolean;
  readonly demand: string;
}

/** No time of the contract is longer than this month, in seconds. */
const MAX_TIME = 30 * 86_400;

const text: Rule = {
  holds: (value) => typeof value === 'string' && value.trim() !== '',
  demand: 'a string that is not blank',
};
const duration: Rule = {
  holds: (value) => isNumberWithin(value, Number.MIN_VALUE, MAX_TIME),
  demand: 'a number of seconds above 0, at most 30 days',
};
const count: Rule = {
  holds: (value) => Number.isSafeInteger(value) && Number(value) > 0,
  demand: 'a whole number above 0',
};
const callable: Rule = { holds: (value) => typeof value === 'function', demand: 'a function' };

const REQUIRED: Readonly<Record<string, Rule>> = {
  jwksUrl: { holds: isHttpUrl, demand: 'an absolute http or https URL without user name and password' },
  issuer: text,
  audience: text,
};

const OPTIONAL: Readonly<Record<string, Rule>> = {
  algorithms: {
    holds: (value) => Array.isArray(value) && value.length === 1 && value[0] === 'RS256',
    demand: "['RS256'], the only algorithm of the contract",
  },
  leeway: { holds: (value) => isNumberWithin(value, 0, 60), demand: 'a number of seconds from 0 to 60' },
  cacheTtl: duration,
  cooldown: duration,
  timeout: duration,
  maxStale: {
    holds: (value) => isNumberWithin(value, 0, MAX_TIME),
    demand: 'a number of seconds from 0 to 30 days',
  },
  maxTokenBytes: count,
  tokenCache: {
    holds: (value) => value === false || isObject(value),
    demand: 'false, or an object with maxTokens and maxBytes',
  },
  now: callable,
  fetch: callable,
  onEvent: callable,
};

const TOKEN_CACHE: Readonly<Record<string, Rule>> = {
  maxTokens: { holds: (value) => count.holds(value) && value !== 1, demand: 'a whole number above 1' },
  maxBytes: count,
};

/**
 * The options with their defaults.
 * @throws VerifierConfigError naming every option that is missing, wrong or unknown
 */
export function resolveOptions(options: VerifierOptions): Settings {
  if (!isObject(options)) throw new VerifierConfigError(['The options must be an object.']);
  const problems = findProblems(options, '', REQUIRED, OPTIONAL);
  const { tokenCache = {} } = options;
  if (isObject(tokenCache)) problems.push(...findProblems(tokenCache, 'tokenCache.', {}, TOKEN_CACHE));
  if (problems.length > 0) throw new VerifierConfigError(problems);
  return {
    jwksUrl: options.jwksUrl,
    issuer: options.issuer,
    audience: options.audience,
    leeway: options.leeway ?? 5,
    ttlMs: (options.cacheTtl ?? 3600) * 1000,
    cooldownMs: (options.cooldown ?? 30) * 1000,
    timeoutMs: Math.ceil((options.timeout ?? 5) * 1000),
    maxStaleMs: (options.maxStale ?? 3600) * 1000,
    maxTokenBytes: options.maxTokenBytes ?? 16_384,
    tokenCache:
      tokenCache === false ? undefined : { maxTokens: 32_768, maxBytes: 64 * 2 ** 20, ...tokenCache },
    now: options.now ?? Date.now,
    fetch: options.fetch ?? globalThis.fetch,
    onEvent: options.onEvent,
  };
}

function findProblems(
  options: object,
  prefix: string,
  required: Readonly<Record<string, Rule>>,
  optional: Readonly<Record<string, Rule>>,
): string[] {
  const problems: string[] = [];
  const values = new Map<string, unknown>(Object.entries(options));
  for (const [name, { holds, demand }] of Object.entries({ ...required, ...optional })) {
    const value = values.get(name);
    values.delete(name);
    if (value === undefined && name in optional) continue;
    if (holds(value)) continue;
    problems.push(
      `${prefix}${name} ${value === undefined ? 'is missing: it must be' : 'must be'} ${demand}.`,
    );
  }
  for (const name of values.keys()) problems.push(`${prefix}${name} is not an option.`);
  return problems;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumberWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most;
}

function isHttpUrl(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === '';
}
