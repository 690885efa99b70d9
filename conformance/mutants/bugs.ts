import type { Area } from '../../spec/index.ts';
import { algorithms } from './bugs/algorithms.ts';
import { authorization } from './bugs/authorization.ts';
import { claims } from './bugs/claims.ts';
import { credentials } from './bugs/credentials.ts';
import { database } from './bugs/database.ts';
import { errors } from './bugs/errors.ts';
import { form } from './bugs/form.ts';
import { jwks } from './bugs/jwks.ts';
import { publishedKeys } from './bugs/published-keys.ts';

/** Every mutant of the small reference backend, by name. */
export const mutants = {
  ...credentials,
  ...form,
  ...algorithms,
  ...claims,
  ...jwks,
  ...publishedKeys,
  ...authorization,
  ...errors,
  ...database,
} as const;

/** Mutants of how keys are fetched, kept and chosen. */
export const keyBugs: ReadonlySet<string> = new Set([...Object.keys(jwks), ...Object.keys(publishedKeys)]);

export type BugName = keyof typeof mutants;

const AREAS: readonly (readonly [Area, object])[] = [
  ['authorization-header', credentials],
  ['token-form', form],
  ['algorithms-and-keys', algorithms],
  ['claims', claims],
  ['authorization', authorization],
  ['error-contract', errors],
  ['evidence', database],
];

/** The area of the suite that a bug is about. */
export function areaOf(name: BugName): Area {
  return AREAS.find(([, bugs]) => name in bugs)?.[0] ?? 'jwks';
}

/** Whether the one bug of this backend is the named one. */
export type Bug = (name: BugName) => boolean;
