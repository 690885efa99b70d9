import { expect, test } from 'vitest';
import { createFakeDatabase, type FakeDatabase, onDatabase } from '../testing/fake-database.ts';
import type { FakeLabOptions } from '../testing/fake-lab.ts';
import { findingOn } from '../testing/prove.ts';
import type { Finding } from '../../model.ts';
import { databaseChecks } from './database.ts';

const IDS = ['db-refused-untouched', 'db-identity-untouched'] as const;

async function find(id: (typeof IDS)[number], options: FakeLabOptions): Promise<Finding> {
  const check = databaseChecks.find((candidate) => candidate.id === id);
  if (check === undefined) throw new Error(`there is no check ${id}`);
  return findingOn(check, options);
}

test.each(IDS)('%s applies to nothing without a database', async (id) => {
  expect(await find(id, {})).toMatchObject({ outcome: 'not-applicable' });
});

test.each(IDS)('%s passes while the backend does something by itself now and then', async (id) => {
  let looks = 0;
  const database = createFakeDatabase(({ run }) => {
    looks += 1;
    if (looks % 4 === 0) run(1, 1);
  });
  expect(await find(id, onDatabase(database))).toMatchObject({ outcome: 'pass' });
});

test.each(IDS)('%s tells nothing of a database that is busy by itself', async (id) => {
  const database = createFakeDatabase(({ run }) => {
    run(40);
  });
  const { outcome, observed } = await find(id, onDatabase(database));
  expect([outcome, observed]).toEqual(['not-testable', expect.stringContaining('a database of its own')]);
});

test.each(IDS)('%s tells nothing where good requests leave no trace', async (id) => {
  const { outcome, observed } = await find(id, { database: createFakeDatabase() });
  expect([outcome, observed]).toEqual(['not-testable', expect.stringContaining('left no trace')]);
});

test('a burst of others that comes once is not charged to the requests', async () => {
  let looks = 0;
  const database = createFakeDatabase(({ run }) => {
    looks += 1;
    // Twelve looks of the quiet window, one before the refused requests.
    if (looks === 14) run(500, 500);
  });
  expect(await find('db-refused-untouched', onDatabase(database))).toMatchObject({ outcome: 'pass' });
});

test.each<[string, (database: FakeDatabase) => FakeLabOptions, string]>([
  [
    'a statement for every request',
    (database) =>
      onDatabase(database, () => {
        database.run(1);
      }),
    'no token: ',
  ],
  [
    'a statement for one reason alone',
    (database) =>
      onDatabase(database, (_, { status }) => {
        if (status === 403) database.run(1);
      }),
    "another user's resource: ",
  ],
  ['rows of refusals, many at a time', (database) => onDatabase(database, batched(database)), 'audit'],
])('db-refused-untouched fails on %s, and names it', async (_, backend, named) => {
  const { outcome, observed } = await find('db-refused-untouched', backend(createFakeDatabase()));
  expect([outcome, observed]).toEqual(['fail', expect.stringContaining(named)]);
});

test('db-refused-untouched leaves acceptance to others', async () => {
  const options = onDatabase(createFakeDatabase());
  const accepting: FakeLabOptions = {
    ...options,
    breakage: (good, idp) => {
      const api = options.breakage?.(good, idp) ?? good;
      return (request) => ({ ...api(request), status: 200 });
    },
  };
  expect(await find('db-refused-untouched', accepting)).toMatchObject({ outcome: 'not-testable' });
});

test('db-identity-untouched fails where the identity is looked up, and shows the statement', async () => {
  const database = createFakeDatabase();
  const options = onDatabase(database, ({ path }) => {
    if (path === '/api/v1/me') database.run(1);
  });
  const { outcome, observed } = await find('db-identity-untouched', options);
  expect([outcome, observed]).toEqual(['fail', expect.stringContaining('SELECT $1')]);
});

function batched(database: FakeDatabase): (request: unknown, answer: { readonly status: number }) => void {
  let pending = 0;
  return (_, { status }) => {
    if (status >= 400) pending += 1;
    if (pending < 20) return;
    database.run(1, pending);
    pending = 0;
  };
}
