/** The database of the backend, as its server tells of it. Everything it counts only rises. */
export interface Database extends AsyncDisposable {
  /** How long the server may keep what happened to itself, in milliseconds. */
  readonly delayMs: number;
  /** @throws NotTestable where the server can no longer be asked */
  activity(): Promise<Activity>;
  /** Rows by table, counted one by one; tables that may not be read are left out. @throws NotTestable */
  rows(): Promise<Readonly<Record<string, number>>>;
}

/** What others have done in the database since its server counts. */
export interface Activity {
  /** Transactions that ended, either way. No statement runs outside one. */
  readonly transactions: number;
  /** Rows inserted, updated and deleted, by table; also those of transactions that were rolled back. */
  readonly writes: Readonly<Record<string, number>>;
  /** How often each statement ran, by its text without values; empty where the server does not keep that. */
  readonly statements: Readonly<Record<string, number>>;
}

/** A database that cannot be asked. The message names neither its user nor its password. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
}
