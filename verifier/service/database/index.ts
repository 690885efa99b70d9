import type { Database } from './database.ts';
import { migrate } from './migrations.ts';
import { openPglite } from './pglite.ts';
import { openPostgres } from './postgres.ts';

export { answers, DatabaseUnavailableError, UnstorableError } from './database.ts';
export type { Database } from './database.ts';

export interface DatabaseOptions {
  /** Absent: a PostgreSQL inside this process, gone with it. */
  readonly url?: string | undefined;
  /** Told of a connection that was lost while nobody used it. */
  readonly onLost: (error: Error) => void;
}

const SERVING = { connections: 10, connectTimeoutMs: 3000, statementTimeoutMs: 5000 };
/** A migration may take its time, or wait for another instance that migrates. */
const MIGRATING = { connections: 1, connectTimeoutMs: 10_000, statementTimeoutMs: 300_000 };

/**
 * A database whose schema is up to date.
 * @throws DatabaseUnavailableError where the server cannot be used
 */
export async function openDatabase({ url, onLost }: DatabaseOptions): Promise<Database> {
  if (url === undefined) {
    const database = await openPglite();
    await migrate(database);
    return database;
  }
  const migrator = openPostgres(url, { ...MIGRATING, onLost });
  try {
    await migrate(migrator);
  } finally {
    await migrator[Symbol.asyncDispose]();
  }
  return openPostgres(url, { ...SERVING, onLost });
}
