import type { IssuerControl } from '../mock-idp/index.ts';
import type { BenchOptions, OwnBench } from './model.ts';

export interface PoolOptions {
  readonly start: (options: BenchOptions) => Promise<OwnBench>;
  /** Whether a good token passes: a story may have left the backend in a state that spoils the next one. */
  readonly isWell: (bench: OwnBench) => Promise<boolean>;
}

/** Backends that wait for the next check, whatever their times: each may hold a runtime and a database. */
const MOST_IDLE = 4;

/** Backends that one check after the other uses, since starting one can take seconds. */
export class BenchPool implements AsyncDisposable {
  readonly #options: PoolOptions;
  /** The one that has waited longest comes first. */
  #idle: readonly { readonly kind: string; readonly bench: OwnBench }[] = [];
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** A bench with these times that is well: one handed back before, else a new one. Its disposal hands it back. */
  async take(options: BenchOptions): Promise<OwnBench> {
    const { cacheTtl, cooldown, env } = options;
    const kind = JSON.stringify([cacheTtl, cooldown, env]);
    for (let idle = this.#next(kind); idle !== undefined; idle = this.#next(kind)) {
      if (await this.#options.isWell(idle)) return this.#lent(kind, idle);
      await idle[Symbol.asyncDispose]();
    }
    return this.#lent(kind, await this.#options.start(options));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const idle = this.#idle;
    this.#idle = [];
    await Promise.all(idle.map(({ bench }) => bench[Symbol.asyncDispose]()));
  }

  #next(kind: string): OwnBench | undefined {
    const found = this.#idle.findLast((idle) => idle.kind === kind);
    this.#idle = this.#idle.filter((idle) => idle !== found);
    return found?.bench;
  }

  #lent(kind: string, bench: OwnBench): OwnBench {
    return {
      ...bench,
      discard: async () => {
        await bench[Symbol.asyncDispose]();
      },
      [Symbol.asyncDispose]: async () => {
        await putBack(bench.idp);
        this.#idle = [...this.#idle, { kind, bench }];
        // A check that was given up may end after the run.
        const most = this.#closed ? 0 : MOST_IDLE;
        const surplus = this.#idle.slice(0, Math.max(0, this.#idle.length - most));
        this.#idle = this.#idle.slice(surplus.length);
        await Promise.all(surplus.map(({ bench: idle }) => idle[Symbol.asyncDispose]()));
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
