import type { Contract, Operation } from '../spec/index.ts';
import { LoadError } from './errors.ts';

export interface Paths {
  /** A protected operation that any good token of the user may call. */
  readonly target: string;
  /** An operation without a guard; empty where there is none. */
  readonly open: string;
}

/**
 * What a contract offers to measure with: a protected GET without parameters but the user's own, and an open GET, the
 * one about health where there is one.
 *
 * @param user claims of the user whose tokens are sent, `sub` among them
 * @throws LoadError `usage` where the contract has no such operation and none is given
 */
export function pathsOf(
  { operations }: Contract,
  user: Readonly<Record<string, unknown>>,
  given: Partial<Paths> = {},
): Paths {
  const gets = operations.filter(({ method, parameters }) => method === 'GET' && !parameters.some(isAsked));
  const plain = gets.filter(({ path }) => !path.includes('{'));
  const open = plain.filter(({ security }) => security.length === 0).map(({ path }) => path);
  const target = [...plain, ...gets].find(
    ({ path, security, owner }) => security.length > 0 && ownPath(path, owner, user) !== undefined,
  );
  const path = given.target ?? (target && ownPath(target.path, target.owner, user));
  if (path === undefined) {
    throw new LoadError(
      'usage',
      'the contract has no protected GET without parameters; name one that every good token may call with --path',
    );
  }
  return {
    target: path,
    open: given.open ?? open.find((each) => /health|alive|ping/i.test(each)) ?? open[0] ?? '',
  };
}

function isAsked({ in: place, required }: Operation['parameters'][number]): boolean {
  return required && place !== 'path';
}

function ownPath(
  path: string,
  owner: Operation['owner'],
  user: Readonly<Record<string, unknown>>,
): string | undefined {
  const value = owner && user[owner.claim];
  const filled =
    owner === undefined || typeof value !== 'string'
      ? path
      : path.replace(`{${owner.parameter}}`, encodeURIComponent(value));
  return filled.includes('{') ? undefined : filled;
}
