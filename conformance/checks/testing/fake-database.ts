import type { Activity, Database } from '../../database/index.ts';
import type { Answer, Received } from './fake-api.ts';
import type { FakeLabOptions } from './fake-lab.ts';

export interface FakeDatabase extends Database {
  /** Statements that are run, with the rows that each writes. */
  readonly run: (statements: number, writes?: number) => void;
}

/** @param meanwhile called whenever somebody looks: what goes on without any request */
export function createFakeDatabase(
  meanwhile: (database: FakeDatabase) => void = () => undefined,
): FakeDatabase {
  let transactions = 0;
  let writes = 0;
  const database: FakeDatabase = {
    delayMs: 1,
    run: (statements, written = 0) => {
      transactions += statements;
      writes += written;
    },
    activity: (): Promise<Activity> => {
      meanwhile(database);
      return Promise.resolve({
        transactions,
        writes: { audit: writes },
        statements: { 'SELECT $1': transactions },
      });
    },
    rows: () => Promise.resolve({}),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return database;
}

/** A backend that does this in its database for each request, beside what the good one does for resources. */
export function onDatabase(
  database: FakeDatabase,
  touch: (request: Received, answer: Answer) => void = () => undefined,
): FakeLabOptions {
  return {
    database,
    breakage: (good) => (request) => {
      const answer = good(request);
      touch(request, answer);
      if (answer.status < 300 && request.path.includes('/tasks'))
        database.run(1, request.method === 'POST' ? 1 : 0);
      return answer;
    },
  };
}
