/**
 * What a script is told by its environment. Every script runs with plain k6 too:
 * `k6 run -e TARGET_URL=http://127.0.0.1:8000 -e TOKENS=$PWD/tokens.ndjson load/k6/steady.ts`; load/README.md has the list.
 */
export const TARGET_URL: string = required('TARGET_URL').replace(/\/+$/, '');
/** A protected operation that answers 2xx to every good token of the pool. */
export const TARGET_PATH: string = text('TARGET_PATH', '/api/v1/me');
/** An operation without a guard, whose cost is what is left of a request without verification. Empty: there is none. */
export const OPEN_PATH: string = text('OPEN_PATH', '/health');
/** The issuer, for `refresh`: every server that serves its keys. */
export const IDP_URLS: readonly string[] = text('IDP_URL', 'http://127.0.0.1:4000')
  .split(',')
  .map((url) => url.trim().replace(/\/+$/, ''));
/** Token pool: a file of JSON lines; its path is absolute, since k6 resolves others from the script that opens it. */
export const TOKENS: string = text('TOKENS', '');
/** Milliseconds since the epoch at which every instance begins; 0: at once. */
export const START_AT: number = number('START_AT', 0);

export function required(name: string): string {
  const value = text(name, '');
  if (value === '') throw new Error(`Set ${name}; load/README.md says to what.`);
  return value;
}

export function text(name: string, fallback: string): string {
  return __ENV[name] ?? fallback;
}

/** @throws Error where the value is no number of 0 or more */
export function number(name: string, fallback: number): number {
  const value = text(name, '');
  const parsed = value === '' ? fallback : Number(value);
  if (!(parsed >= 0)) throw new Error(`${name} must be a number of 0 or more, not "${value}".`);
  return parsed;
}
