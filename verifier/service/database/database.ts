/**
 * Runs one statement.
 * @throws DatabaseUnavailableError
 * @throws UnstorableError where PostgreSQL cannot hold a parameter
 */
export type Query = <Row>(sql: string, parameters?: readonly unknown[]) => Promise<readonly Row[]>;

/** PostgreSQL, wherever it runs. */
export interface Database extends AsyncDisposable {
  readonly query: Query;
  /** Runs on one connection; commits where the promise is kept, rolls back where it is broken. */
  transaction(run: (query: Query) => Promise<void>): Promise<void>;
}

/** The database cannot be reached, does not answer in time, or takes no statements. Another attempt may succeed. */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError';
}

/** A value that no PostgreSQL holds, such as a text with U+0000 or one too long for its index. */
export class UnstorableError extends Error {
  override readonly name = 'UnstorableError';
}

/** Whether the database answers a statement. */
export async function answers(database: Database): Promise<boolean> {
  try {
    await database.query('SELECT 1');
    return true;
  } catch {
    return false;
  }
}

/** Classes of SQLSTATE (PostgreSQL manual, appendix A) that say what is at fault. */
const UNSTORABLE = ['22', '54'];
const OUR_STATEMENT = ['0A', '21', '23', '26', '42'];

/** What a driver's error means to the caller. A fault in one of our own statements stays what it is. */
export function meaningOf(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const sqlClass = code.slice(0, 2);
  if (OUR_STATEMENT.includes(sqlClass)) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (UNSTORABLE.includes(sqlClass)) return new UnstorableError(message, { cause: error });
  return new DatabaseUnavailableError(message || code, { cause: error });
}
