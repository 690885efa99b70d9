import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe } from 'vitest';
import { openDatabase } from '../database/index.ts';
import type { Database } from '../database/index.ts';
import { openPostgres } from '../database/postgres.ts';

const onLost = (): void => undefined;

/** A PostgreSQL server that tests may use; each makes a schema of its own there. */
export const serverUrl: string | undefined = process.env['GATEPROOF_TEST_DATABASE_URL'];

if (serverUrl === undefined) {
  const notice =
    'Set GATEPROOF_TEST_DATABASE_URL to a PostgreSQL server to run the database tests against it too.';
  const required = process.env['GATEPROOF_REQUIRE']?.split(',').includes('postgres') ?? false;
  if (required) throw new Error(`GATEPROOF_REQUIRE names postgres. ${notice}`);
  process.stderr.write(`${notice}\n`);
}

/** The same tests on the embedded database and, where there is one, on a server; each begins empty and migrated. */
export function describeDatabases(tests: (database: () => Database) => void): void {
  describe.each(serverUrl === undefined ? ['embedded'] : ['embedded', 'server'])('%s database', (kind) => {
    const resources = new AsyncDisposableStack();
    let database: Database | undefined;

    beforeAll(async () => {
      const url = kind === 'server' ? resources.use(await createSchema(serverUrl ?? '')).url : undefined;
      database = resources.use(await openDatabase({ url, onLost }));
    });
    afterAll(() => resources.disposeAsync());

    tests(() => {
      if (database === undefined)
        throw new Error('The database is opened before the first test, not before that.');
      return database;
    });
  });
}

/** An empty schema on the server, and the URL that leads into it. */
export async function createSchema(server: string): Promise<{ readonly url: string } & AsyncDisposable> {
  const schema = `gateproof_${randomBytes(6).toString('hex')}`;
  const run = async (sql: string): Promise<void> => {
    const admin = openPostgres(server, {
      connections: 1,
      connectTimeoutMs: 5000,
      statementTimeoutMs: 5000,
      onLost,
    });
    await admin.query(sql).finally(() => admin[Symbol.asyncDispose]());
  };
  await run(`CREATE SCHEMA ${schema}`);
  const url = new URL(server);
  url.searchParams.set('options', `-c search_path=${schema}`);
  return { url: url.href, [Symbol.asyncDispose]: () => run(`DROP SCHEMA ${schema} CASCADE`) };
}
