import { setTimeout as pause } from 'node:timers/promises';
import type { MockIdpControl } from '../mock-idp/index.ts';
import type { Contract, Requirement } from '../spec/index.ts';
import { BenchPool } from './bench-pool.ts';
import { type BenchSetup, startBench } from './bench.ts';
import { controlFault } from './controls.ts';
import { NotTestable } from './finding.ts';
import { TargetError } from './http/index.ts';
import type { Evidence } from './invariant.ts';
import { createLab, type LabParts } from './lab.ts';
import type { BenchOptions, Lab, OwnBench, Settings } from './model.ts';
import { createRecorder, type Witness } from './recorder.ts';
import { sampleOperations, withParameters } from './samples.ts';
import { type Backend, openSharedBench, type SharedBench } from './shared-bench.ts';

export interface BenchesOptions {
  readonly contract: Contract;
  readonly requirements: ReadonlyMap<string, Requirement>;
  readonly idp: MockIdpControl;
  readonly backend: Backend;
  readonly settings: Settings;
  readonly users: Lab['users'];
  readonly database: Lab['database'];
  readonly startTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

const PATIENCE_MS = 20_000;
const RETRY_MS = 250;

/** Every backend of a run: the shared one, and those that checks have to themselves. Records what is said to each. */
export class Benches implements AsyncDisposable {
  /** Whose tokens the checks send. */
  users: Lab['users'];
  /** Of the shared backend, where it runs already: as a bench has it. */
  refetchesLate = false;
  readonly #options: BenchesOptions;
  readonly #recorder = createRecorder();
  readonly #started = new Map<string, number>();
  readonly #pool = new BenchPool({
    start: (options) => this.#start('warm', options),
    isWell: (bench) => this.#isWell(bench),
  });
  readonly #running = new Set<OwnBench>();
  #operations: Lab['operations'];
  #shared: SharedBench | undefined;

  constructor(options: BenchesOptions) {
    this.#options = options;
    this.users = options.users;
    this.#operations = sampleOperations(options.contract);
  }

  /** Whether the suite starts the backend itself, with settings of its own. */
  get areLaunched(): boolean {
    return 'launcher' in this.#options.backend;
  }

  /** The backend that most checks share. @throws Error before `open` */
  get shared(): SharedBench {
    if (this.#shared === undefined) throw new Error('no backend is open');
    return this.#shared;
  }

  /** Opens the shared backend, anew where it was open. @throws TargetError where it cannot be started */
  async open(): Promise<void> {
    const { backend, idp, ...setup } = this.#options;
    await this.#shared?.[Symbol.asyncDispose]();
    // A backend that runs already shares its issuer with whatever ran before; one started here has it fresh.
    const earlier = 'url' in backend ? (await idp.issuer().journal()).length : 0;
    this.#recorder.trust(idp.issuer(), earlier);
    this.#shared = await openSharedBench(backend, idp, setup);
  }

  /** Gives the samples the id of a resource that exists, where the contract can make one. */
  async nameResource(): Promise<void> {
    const lab = this.lab('control');
    try {
      this.#operations = withParameters(this.#operations, await lab.resource(lab.users.owner));
    } catch (error) {
      // The examples of the contract serve then, and the controls say what is amiss.
      if (!(error instanceof NotTestable || error instanceof TargetError)) throw error;
    }
  }

  /** What a check is given. */
  lab(check: string): Lab {
    const { target, idp, cacheTtl, cooldown } = this.shared;
    return createLab({
      ...this.#surroundings(),
      bench: {
        ...{ target: this.#recorder.watch(target, this.#witness(check, false)), cacheTtl, cooldown },
        refetchesLate: this.refetchesLate,
        idp: this.#recorder.recipes.watch(idp),
      },
      startBench: this.areLaunched ? (options) => this.#lend(check, options) : undefined,
    });
  }

  /** Whether the shared backend still answers at all. One that is choked by what it got may need a while. */
  async isAlive(): Promise<boolean> {
    const lab = this.lab('control');
    const deadline = Date.now() + PATIENCE_MS;
    while (this.shared.ended() === undefined) {
      try {
        await lab.target.send(lab.request(lab.operations.primary, {}));
        return true;
      } catch (error) {
        if (!(error instanceof TargetError)) throw error;
        if (Date.now() > deadline) return false;
        await pause(RETRY_MS);
      }
    }
    return false;
  }

  /** How long all answers to this check took together so far, in milliseconds. */
  waitedMs(check: string): number {
    const answers = this.#recorder.exchanges.filter((exchange) => exchange.check === check);
    return answers.reduce((sum, { durationMs }) => sum + durationMs, 0);
  }

  /** What the run has left behind so far; `undefined` where nothing was answered. */
  async evidence(): Promise<Evidence | undefined> {
    const { exchanges } = this.#recorder;
    if (exchanges.length === 0) return undefined;
    const { contract, settings } = this.#options;
    const { target, idp } = this.shared;
    return {
      exchanges,
      calls: await this.#recorder.calls(),
      issuer: { url: idp.issuer, keys: await idp.keys() },
      operations: this.#operations,
      basePath: new URL(target.url).pathname.replace(/\/$/, ''),
      ...{ contract, settings },
    };
  }

  /** Stops every backend, also those of checks that were given up. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]();
    const benches = [...this.#running, ...(this.#shared ? [this.#shared] : [])];
    await Promise.all(benches.map((bench) => bench[Symbol.asyncDispose]()));
  }

  #surroundings(): Omit<LabParts, 'bench' | 'startBench'> {
    const { contract, database, idp, settings } = this.#options;
    const attacker = this.#recorder.recipes.watch(idp.issuer('attacker'), 'attacker');
    return { contract, database, settings, attacker, users: this.users, operations: this.#operations };
  }

  async #lend(check: string, options: BenchOptions = {}): Promise<OwnBench> {
    const bench = options.warm ? await this.#pool.take(options) : await this.#start(check, options);
    return {
      ...bench,
      target: this.#recorder.watch(bench.target, this.#witness(check, true)),
      idp: this.#recorder.recipes.watch(bench.idp),
    };
  }

  async #start(purpose: string, options: BenchOptions): Promise<OwnBench> {
    const { backend, idp, ...setup } = this.#options;
    if (!('launcher' in backend)) throw new Error('the backend cannot be started');
    const count = (this.#started.get(purpose) ?? 0) + 1;
    this.#started.set(purpose, count);
    // Named after the check, so that two runs give the same report.
    const issuer = idp.issuer(count === 1 ? `bench-${purpose}` : `bench-${purpose}-${count}`);
    this.#recorder.trust(issuer, 0);
    const bench = await startOrRetry({ ...setup, launcher: backend.launcher, idp: issuer }, options);
    this.#running.add(bench);
    return {
      ...bench,
      [Symbol.asyncDispose]: async () => {
        this.#running.delete(bench);
        await bench[Symbol.asyncDispose]();
      },
    };
  }

  async #isWell(bench: OwnBench): Promise<boolean> {
    try {
      const lab = createLab({ ...this.#surroundings(), bench, startBench: undefined });
      return (await controlFault(lab)) === undefined;
    } catch (error) {
      if (error instanceof TargetError) return false;
      throw error;
    }
  }

  #witness(check: string, own: boolean): Witness {
    return { check, area: this.#options.requirements.get(check)?.area, own };
  }
}

/**
 * A backend that was told to wait for its keys for a second only may rightly give up where the machine is busy, so one
 * that ended is started once more.
 */
async function startOrRetry(setup: BenchSetup, options: BenchOptions): Promise<OwnBench> {
  try {
    return await startBench(setup, options);
  } catch (error) {
    if (!(error instanceof TargetError && error.message.includes('ended with exit code'))) throw error;
    return startBench(setup, options);
  }
}
