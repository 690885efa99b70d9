import exec from 'k6/execution';
import { SharedArray } from 'k6/data';
import { TOKENS } from './settings.ts';

/** A line of the pool. `curl <idp>/_mock/mint --json '{"count":10000}'` writes such lines; all are good tokens of generation 0. */
interface Line {
  readonly token: string;
  /** Name of the forgery; absent for a good token. */
  readonly forgery?: string;
  /** Which key signed it: the n-th to come in a rotation; absent for 0. */
  readonly generation?: number;
}

export interface PoolToken {
  readonly token: string;
  readonly forgery: string;
}

/** The tokens of the pool that are good, of one generation of keys. */
export function goodTokens(generation: number = 0): readonly PoolToken[] {
  return pool(
    `good ${generation}`,
    (line) => line.forgery === undefined && (line.generation ?? 0) === generation,
  );
}

export function badTokens(): readonly PoolToken[] {
  return pool('bad', (line) => line.forgery !== undefined);
}

/** The token of this iteration: another one each time, whichever instance runs it, until all had their turn. */
export function next(tokens: readonly PoolToken[]): PoolToken {
  return nth(tokens, exec.scenario.iterationInTest);
}

export function nth(tokens: readonly PoolToken[], n: number): PoolToken {
  const token = tokens[n % tokens.length];
  if (token === undefined) throw new Error('The token pool has none of the tokens that this scenario sends.');
  return token;
}

/**
 * Held once for all VUs. Elements are small flat objects: each access to a nested or large one would copy it, and bare
 * strings are slow before k6 2.2.
 */
function pool(name: string, wanted: (line: Line) => boolean): readonly PoolToken[] {
  return new SharedArray(name, () =>
    open(TOKENS)
      .split('\n')
      .filter((text) => text !== '')
      .map(lineOf)
      .filter(wanted)
      .map(({ token, forgery = '' }) => ({ token, forgery })),
  );
}

function lineOf(text: string): Line {
  const line = JSON.parse(text) as Partial<Line>;
  if (typeof line.token === 'string') return line as Line;
  throw new Error(
    `${TOKENS} is no token pool: it has a line without "token". load/README.md says how to make one.`,
  );
}
