import { PGlite } from '@electric-sql/pglite';
import { dataDir } from '@electric-sql/pglite-prepopulatedfs';
import type { Transaction } from '@electric-sql/pglite';
import { meaningOf } from './database.ts';
import type { Database, Query } from './database.ts';

/** A PostgreSQL inside this process, in memory and empty. */
export async function openPglite(): Promise<Database> {
  const pglite = await PGlite.create({
    // A data directory made beforehand: `initdb` would take four times as long and twice the memory.
    loadDataDir: await dataDir(),
    postgresqlconf: ['shared_buffers=4MB'],
  });
  return {
    query: queryOn(pglite),
    transaction: (run) => pglite.transaction((transaction) => run(queryOn(transaction))),
    async [Symbol.asyncDispose]() {
      if (!pglite.closed) await pglite.close();
    },
  };
}

function queryOn(connection: PGlite | Transaction): Query {
  return async <Row>(sql: string, parameters: readonly unknown[] = []) => {
    try {
      return (await connection.query<Row>(sql, [...parameters])).rows;
    } catch (error) {
      throw meaningOf(error);
    }
  };
}
