import { expect, test } from 'vitest';
import { createFakeDatabase, type FakeDatabase, onDatabase } from '../testing/fake-database.ts';
import type { FakeLabOptions } from '../testing/fake-lab.ts';
import { findingOn } from '../testing/prove.ts';
import type { Finding } from '../../model.ts';
import { databaseChecks } from './database.ts';

const REFUSED = ['db-refused-no-statement', 'db-refused-no-write'] as const;
const IDS = [...REFUSED, 'db-identity-untouched'] as const;

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
    run(40, 40);
  });
  const { outcome, observed } = await find(id, onDatabase(database));
  expect([outcome, observed]).toEqual(['not-testable', expect.stringContaining('a database of its own')]);
});

test.each(IDS)('%s tells nothing where good requests leave no trace', async (id) => {
  const { outcome, observed } = await find(id, { database: createFakeDatabase() });
  expect([outcome, observed]).toEqual([
    'not-testable',
    expect.stringMatching(/good requests led to no (statement|changed row)/),
  ]);
});

test.each(IDS)('%s charges no burst to the requests that others cause once', async (id) => {
  let looks = 0;
  const database = createFakeDatabase(({ run }) => {
    looks += 1;
    // The first look is before the requests.
    if (looks === 2) run(500, 500);
  });
  expect(await find(id, onDatabase(database))).toMatchObject({ outcome: 'pass' });
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
  ['rows of refusals, many at a time', (database) => onDatabase(database, batched(database)), 'in audit'],
])('db-refused-no-statement fails on %s, and names it', async (_, backend, named) => {
  const { outcome, observed } = await find('db-refused-no-statement', backend(createFakeDatabase()));
  expect([outcome, observed]).toEqual(['fail', expect.stringContaining(named)]);
});

test('db-refused-no-write lets a refusal read, and names what one writes', async () => {
  const reading = createFakeDatabase();
  const readsAlways = onDatabase(reading, () => {
    reading.run(1);
  });
  expect(await find('db-refused-no-write', readsAlways)).toMatchObject({ outcome: 'pass' });
  const writing = createFakeDatabase();
  expect(await find('db-refused-no-write', onDatabase(writing, batched(writing)))).toMatchObject({
    outcome: 'fail',
    observed: expect.stringMatching(/^no token: about \d+ rows changed in 120 requests, in audit$/) as string,
  });
});

test('db-refused-no-write tells nothing where the server counts statements and no rows', async () => {
  const database = createFakeDatabase();
  const uncounted: FakeLabOptions = {
    database,
    breakage: (good) => (request) => {
      database.run(1);
      return good(request);
    },
  };
  const { outcome, observed } = await find('db-refused-no-write', uncounted);
  expect([outcome, observed]).toEqual(['not-testable', expect.stringContaining('led to no changed row')]);
});

test.each(REFUSED)('%s leaves acceptance to others', async (id) => {
  const options = onDatabase(createFakeDatabase());
  const accepting: FakeLabOptions = {
    ...options,
    breakage: (good, idp) => {
      const api = options.breakage?.(good, idp) ?? good;
      return (request) => ({ ...api(request), status: 200 });
    },
  };
  expect(await find(id, accepting)).toMatchObject({ outcome: 'not-testable' });
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
