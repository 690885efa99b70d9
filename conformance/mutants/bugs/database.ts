import type { Mutant } from './mutant.ts';

/** What is asked of the database. */
export const database = {
  'session-before-token': {
    core: true,
    bug: 'a session is looked up before the token is checked',
    killer: 'db-refused-no-statement',
  },
  'refusals-in-table': {
    bug: 'refusals are written to a table, many at a time',
    killer: 'db-refused-no-write',
  },
  'me-from-database': {
    core: true,
    bug: 'the own identity is read from the table of users',
    killer: 'db-identity-untouched',
  },
} as const satisfies Readonly<Record<string, Mutant>>;
