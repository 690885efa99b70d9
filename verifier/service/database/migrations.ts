import type { Database } from './database.ts';

interface Migration {
  /** Sorts after the migration before it; never changed once released. */
  readonly id: string;
  readonly statements: readonly string[];
}

const migrations: readonly Migration[] = [
  {
    id: '0001-tasks',
    statements: [
      // Milliseconds, so that a JavaScript Date (and a cursor made of one) holds the very value.
      `CREATE TABLE tasks (
         id          uuid           PRIMARY KEY DEFAULT gen_random_uuid(),
         user_id     text           NOT NULL,
         title       text           NOT NULL,
         description text,
         completed   boolean        NOT NULL DEFAULT false,
         created_at  timestamptz(3) NOT NULL DEFAULT now(),
         updated_at  timestamptz(3) NOT NULL DEFAULT now()
       )`,
      'CREATE INDEX tasks_by_owner ON tasks (user_id, created_at, id)',
    ],
  },
];

/** Any number, the same in every instance: the one that holds it migrates, the others wait. */
const ADVISORY_LOCK = 5_283_013_571;

/** Brings the schema up to date in one transaction: all migrations that are missing, or none. */
export async function migrate(database: Database): Promise<void> {
  await database.transaction(async (query) => {
    await query('SELECT pg_advisory_xact_lock($1)', [ADVISORY_LOCK]);
    await query(
      `CREATE TABLE IF NOT EXISTS schema_migrations (
         id         text        PRIMARY KEY,
         applied_at timestamptz NOT NULL DEFAULT now()
       )`,
    );
    const applied = await query<{ id: string }>('SELECT id FROM schema_migrations');
    for (const { id, statements } of migrations) {
      if (applied.some((row) => row.id === id)) continue;
      for (const statement of statements) await query(statement);
      await query('INSERT INTO schema_migrations (id) VALUES ($1)', [id]);
    }
  });
}
