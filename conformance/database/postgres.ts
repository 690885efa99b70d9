import { Client } from 'pg';
import { NotTestable } from '../finding.ts';
import { type Activity, type Database, DatabaseError } from './database.ts';

const CONNECT_MS = 5_000;
const STATEMENT_MS = 5_000;
/** A connection tells what it did at most once a second (PostgreSQL manual, §28.2 "The Cumulative Statistics System"). */
const DELAY_MS = 1_000;

const ACTIVITY = `
  SELECT (SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()) AS transactions,
         (SELECT coalesce(json_object_agg(schemaname || '.' || relname, n_tup_ins + n_tup_upd + n_tup_del), '{}')
            FROM pg_stat_user_tables) AS writes`;

/** Without other users' texts, which are not shown, and without commands that may hold a password in clear. */
const STATEMENTS = `
  SELECT coalesce(json_object_agg(text, calls), '{}') AS statements FROM (
    SELECT regexp_replace(query, '\\s+', ' ', 'g') AS text, sum(calls) AS calls
      FROM pg_stat_statements
     WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND query ~* '^\\s*(select|insert|update|delete|merge|with)\\M'
     GROUP BY text) AS counted`;

const TABLES = `
  SELECT schemaname || '.' || relname AS name, format('%I.%I', schemaname, relname) AS quoted
    FROM pg_stat_user_tables WHERE has_table_privilege(relid, 'SELECT') ORDER BY 1 LIMIT 200`;

/**
 * Watches the database at a `postgres://` URL. What the URL leaves out, such as the password, comes from the environment
 * (`PGPASSWORD` and the like) and `~/.pgpass`.
 *
 * @throws DatabaseError where it cannot be reached
 */
export async function watchPostgres(url: string): Promise<Database> {
  const client = await connect(url);
  let lost: Error | undefined;
  client.on('error', (error) => {
    lost = error;
  });
  const ask = async <Row>(sql: string): Promise<readonly Row[]> => {
    try {
      if (lost) throw lost;
      return (await client.query(sql)).rows as Row[];
    } catch (error) {
      throw new NotTestable(`the database can no longer be asked: ${reasonOf(error)}`);
    }
  };
  /** What is asked, with the locks it took given back; `undefined` where it fails. */
  const attempt = async <Row>(sql: string): Promise<readonly Row[] | undefined> => {
    await ask('SAVEPOINT attempt');
    try {
      return (await client.query(sql)).rows as Row[];
    } catch {
      return undefined;
    } finally {
      await ask('ROLLBACK TO SAVEPOINT attempt');
    }
  };
  try {
    // In one transaction that does not end, so that what the watch does is counted nowhere.
    await ask('BEGIN READ ONLY');
    await ask('SET LOCAL idle_in_transaction_session_timeout = 0');
    await ask(`SET LOCAL statement_timeout = ${STATEMENT_MS}`);
  } catch (error) {
    await client.end().catch(() => undefined);
    throw new DatabaseError((error as Error).message);
  }
  return {
    delayMs: DELAY_MS,
    async activity(): Promise<Activity> {
      await ask('SELECT pg_stat_clear_snapshot()');
      const [seen] = await ask<{ transactions: string; writes: Activity['writes'] }>(ACTIVITY);
      const told = await attempt<{ statements: Activity['statements'] }>(STATEMENTS);
      return {
        transactions: Number(seen?.transactions),
        writes: seen?.writes ?? {},
        statements: told?.[0]?.statements ?? {},
      };
    },
    async rows() {
      const counted: Record<string, number> = {};
      for (const { name, quoted } of await ask<{ name: string; quoted: string }>(TABLES)) {
        const rows = await attempt<{ count: string }>(`SELECT count(*) FROM ${quoted}`);
        if (rows?.[0]) counted[name] = Number(rows[0].count);
      }
      return counted;
    },
    [Symbol.asyncDispose]: () => client.end().catch(() => undefined),
  };
}

async function connect(url: string): Promise<Client> {
  // The parser of the driver shows the whole URL in its errors.
  const { protocol, host } = URL.parse(url) ?? {};
  if (protocol !== 'postgres:' && protocol !== 'postgresql:') {
    throw new DatabaseError(
      'the URL of the database must be like postgres://user:password@host:5432/database; that of another kind of database cannot be watched',
    );
  }
  try {
    const client = new Client({
      connectionString: url,
      application_name: 'gateproof',
      connectionTimeoutMillis: CONNECT_MS,
    });
    await client.connect();
    return client;
  } catch (error) {
    const where = host ? ` at ${host}` : '';
    throw new DatabaseError(`the database${where} cannot be reached: ${reasonOf(error)}`);
  }
}

/** An error of the driver in its own words; those of an address that nothing answers at have none of their own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
