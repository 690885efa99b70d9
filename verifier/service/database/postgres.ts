import { Pool } from 'pg';
import type { PoolClient, QueryResultRow } from 'pg';
import { meaningOf } from './database.ts';
import type { Database, Query } from './database.ts';

export interface PostgresOptions {
  /** Longest time a statement may take, in milliseconds. */
  readonly statementTimeoutMs: number;
  /** Longest time to wait for a connection, be it a new one or one of the pool, in milliseconds. */
  readonly connectTimeoutMs: number;
  readonly connections: number;
  /** Told of a connection that was lost while nobody used it. */
  readonly onLost: (error: Error) => void;
}

/** What the network may add to a statement's time before its connection counts as dead. */
const NETWORK_GRACE_MS = 1000;

/** A pool of connections to a PostgreSQL server; connects on first use, and again after a loss. */
export function openPostgres(url: string, options: PostgresOptions): Database {
  const pool = new Pool({
    connectionString: url,
    application_name: 'gateproof',
    max: options.connections,
    connectionTimeoutMillis: options.connectTimeoutMs,
    statement_timeout: options.statementTimeoutMs,
    // The server's own time-out does not help where the server, or the way to it, is gone.
    query_timeout: options.statementTimeoutMs + NETWORK_GRACE_MS,
    keepAlive: true,
  });
  // Without a listener, a connection lost while idle would end the process.
  pool.on('error', options.onLost);
  let closed: Promise<void> | undefined;
  return {
    query: queryOn(pool),
    async transaction(run) {
      const client = await pool.connect().catch((error: unknown) => {
        throw meaningOf(error);
      });
      await inTransaction(client, run).then(
        () => {
          client.release();
        },
        (error: unknown) => {
          // Ends the connection, and the transaction with it.
          client.release(true);
          throw error;
        },
      );
    },
    [Symbol.asyncDispose]: () => (closed ??= pool.end()),
  };
}

async function inTransaction(client: PoolClient, run: (query: Query) => Promise<void>): Promise<void> {
  const query = queryOn(client);
  await query('BEGIN');
  await run(query);
  await query('COMMIT');
}

function queryOn(connection: Pool | PoolClient): Query {
  return async <Row>(sql: string, parameters: readonly unknown[] = []) => {
    try {
      const { rows } = await connection.query<Row & QueryResultRow>(sql, [...parameters]);
      return rows;
    } catch (error) {
      throw meaningOf(error);
    }
  };
}
