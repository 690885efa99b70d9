import type { Database } from '../../database/index.ts';
import { NotTestable } from '../../finding.ts';
import { beyond, ENOUGH, type Rise, riseDuring } from './activity.ts';

const MOST_QUIET = 4;

/** What requests can leave in a database. */
export interface Trace {
  /** What is found where there is none. */
  readonly none: string;
  readonly shows: (rise: Pick<Rise, 'transactions' | 'writes'>) => boolean;
}

/** No row changes without a statement, though one can change many. */
export const STATEMENTS: Trace = {
  none: 'no statement',
  shows: ({ transactions, writes }) => transactions >= ENOUGH || writes >= ENOUGH,
};

export const ROWS: Trace = { none: 'no changed row', shows: ({ writes }) => writes >= ENOUGH };

/** Looks for one kind of trace. What goes on in the database by itself is looked at only once something shows. */
export class DatabaseWatch {
  readonly trace: Trace;
  readonly #database: Database;
  #quiet: Rise | undefined;

  constructor(database: Database, trace: Trace) {
    this.#database = database;
    this.trace = trace;
  }

  /**
   * The rise of so many windows in a row, or of the first that shows nothing. A connection that rests tells only within ten
   * seconds what it did before (PostgreSQL 15 and later), which is longer than a window: what other checks did may rise in
   * two windows, and does not in the third.
   *
   * @throws NotTestable where so much rises by itself that no request stands out
   */
  async rise(windows: number, act: (round: number) => Promise<unknown>): Promise<Rise> {
    let rise = await this.#window(act);
    for (let again = 1; again < windows && this.trace.shows(rise); again += 1) {
      this.#quiet ??= await this.#calm();
      rise = await this.#window(act);
    }
    // With requests that leave no trace it was as quiet as without any.
    if (!this.trace.shows(rise)) this.#quiet ??= rise;
    return rise;
  }

  async #window(act: (round: number) => Promise<unknown>): Promise<Rise> {
    const rise = await riseDuring(this.#database, this.trace.shows, act);
    return this.#quiet ? beyond(rise, this.#quiet) : rise;
  }

  /** A window without requests. What came before may be told only now, so several are given a chance. */
  async #calm(): Promise<Rise> {
    const nothing = (): Promise<void> => Promise.resolve();
    let quiet = await riseDuring(this.#database, this.trace.shows, nothing);
    for (let again = 1; again < MOST_QUIET && this.trace.shows(quiet); again += 1) {
      quiet = await riseDuring(this.#database, this.trace.shows, nothing);
    }
    if (!this.trace.shows(quiet)) return quiet;
    throw new NotTestable(
      `without any request the database ended ${quiet.transactions} transactions and wrote ${quiet.writes} rows within seconds; give the backend a database of its own`,
    );
  }
}
