import type { Activity, Database } from '../database/index.ts';

const BATCH = 50;

/** What a backend did in a database that it only pretends to have. */
export class Ledger implements Database {
  /** Nothing stays untold here. */
  readonly delayMs: number = 1;
  #transactions = 0;
  #writes = 0;
  #pending = 0;

  /** One statement that writes so many rows. */
  statement(writes = 0): void {
    this.#transactions += 1;
    this.#writes += writes;
  }

  /** Writes a row together with those of later calls. */
  writeLater(): void {
    this.#pending += 1;
    if (this.#pending < BATCH) return;
    this.#pending = 0;
    this.statement(BATCH);
  }

  activity(): Promise<Activity> {
    return Promise.resolve({
      transactions: this.#transactions,
      writes: { tasks: this.#writes },
      statements: {},
    });
  }

  rows(): Promise<Readonly<Record<string, number>>> {
    return Promise.resolve({});
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}
