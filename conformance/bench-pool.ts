import type { IssuerControl } from '../mock-idp/index.ts';
import type { BenchOptions, OwnBench } from './model.ts';

export interface PoolOptions {
  readonly start: (options: BenchOptions) => Promise<OwnBench>;
  /** Whether a good token passes: a story may have left the backend in a state that spoils the next one. */
  readonly isWell: (bench: OwnBench) => Promise<boolean>;
}

/** Backends that one check after the other uses, since starting one can take seconds. */
export class BenchPool implements AsyncDisposable {
  readonly #options: PoolOptions;
  readonly #idle = new Map<string, OwnBench[]>();
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** A bench with these times that is well: one handed back before, else a new one. Its disposal hands it back. */
  async take(options: BenchOptions): Promise<OwnBench> {
    const { cacheTtl, cooldown, env } = options;
    const kind = JSON.stringify([cacheTtl, cooldown, env]);
    const idle = this.#idle.get(kind) ?? [];
    this.#idle.set(kind, idle);
    for (let bench = idle.pop(); bench !== undefined; bench = idle.pop()) {
      if (await this.#options.isWell(bench)) return this.#lent(bench, idle);
      await bench[Symbol.asyncDispose]();
    }
    return this.#lent(await this.#options.start(options), idle);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const benches = [...this.#idle.values()].flat();
    this.#idle.clear();
    await Promise.all(benches.map((bench) => bench[Symbol.asyncDispose]()));
  }

  #lent(bench: OwnBench, idle: OwnBench[]): OwnBench {
    return {
      ...bench,
      [Symbol.asyncDispose]: async () => {
        await putBack(bench.idp);
        // A check that was given up may end after the run.
        if (this.#closed) await bench[Symbol.asyncDispose]();
        else idle.push(bench);
      },
    };
  }
}

/** Takes faults and odd keys away; the ring stays as it is, for the backend has it in its cache. */
export async function putBack(idp: IssuerControl): Promise<void> {
  await idp.clearFaults();
  await idp.changeKeys({ story: 'decoys', keys: [] });
  await idp.changeKeys({ story: 'edit', members: {} });
}
