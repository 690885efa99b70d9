import { setTimeout as pause } from 'node:timers/promises';
import type { MockIdpControl } from '../mock-idp/index.ts';
import type { Contract, Requirement } from '../spec/index.ts';
import { BenchPool } from './bench-pool.ts';
import { startBench } from './bench.ts';
import { calibrate } from './calibration.ts';
import { clockFault, type ControlFault, controlFault } from './controls.ts';
import { fail, NotTestable } from './finding.ts';
import { TargetError } from './http/index.ts';
import type { Invariant } from './invariant.ts';
import { createLab, type LabParts } from './lab.ts';
import type { BenchOptions, Check, CheckResult, Finding, Lab, OwnBench, Settings } from './model.ts';
import { inParallel } from './parallel.ts';
import { createRecorder, type Witness } from './recorder.ts';
import { toResult } from './result.ts';
import { notTestable, runCheck } from './run-check.ts';
import { sampleOperations, withParameters } from './samples.ts';
import { type Backend, openSharedBench, type SharedBench } from './shared-bench.ts';
import type { RunTrouble } from './verdict.ts';

export interface SessionOptions {
  readonly contract: Contract;
  readonly requirements: ReadonlyMap<string, Requirement>;
  readonly idp: MockIdpControl;
  readonly backend: Backend;
  readonly settings: Settings;
  readonly users: Lab['users'];
  readonly concurrency: number;
  readonly benches: number;
  readonly startTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly checkTimeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly onPhase: (name: string) => void;
  readonly onResult: (result: CheckResult) => void;
}

/** The check that is charged where a good token stops working among checks that ran side by side. */
const PERSISTENCE = 'positive-after-negative';
/** The check that is charged where good tokens only work without one of their claims. */
const CONTROL = 'jws-control';
const RETRY_MS = 250;

/**
 * One run: opens the shared backend, runs the checks in phases with controls between them, and closes everything.
 * Once `halt` is set, whatever has not been judged is not testable for that reason.
 */
export class Session {
  readonly results: Map<string, CheckResult> = new Map<string, CheckResult>();
  trouble: RunTrouble = {};
  readonly #options: SessionOptions;
  readonly #recorder = createRecorder();
  readonly #started = new Map<string, number>();
  readonly #pool = new BenchPool({
    start: (options) => this.#startBench('warm', options),
    isWell: (bench) => this.#isWell(bench),
  });
  #users: Lab['users'];
  #calibration: ControlFault | undefined;
  #operations: Lab['operations'];
  #shared: SharedBench | undefined;
  #halt: string | undefined;
  #url = '';

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#users = options.users;
    this.#operations = sampleOperations(options.contract);
  }

  /** Base URL of the shared backend. */
  get url(): string {
    return this.#url;
  }

  async run(checks: readonly Check[], invariants: readonly Invariant[]): Promise<void> {
    try {
      await this.#open();
      await this.#runPhases(checks);
      if (this.#recorder.exchanges.length > 0) await this.#judge(invariants);
    } catch (error) {
      if (!(error instanceof TargetError)) throw error;
      this.#invalidate(error.message);
    } finally {
      await this.#pool[Symbol.asyncDispose]();
      await this.#shared?.[Symbol.asyncDispose]();
    }
    for (const { id } of [...checks, ...invariants]) {
      if (!this.results.has(id)) this.#settle(id, notTestable(this.#halt ?? 'the run ended before it'));
    }
  }

  async #open(): Promise<void> {
    const { backend, idp, ...setup } = this.#options;
    this.#options.onPhase('starting');
    await this.#shared?.[Symbol.asyncDispose]();
    // A backend that runs already shares its issuer with whatever ran before; one started here has it fresh.
    const earlier = 'url' in backend ? (await idp.issuer().journal()).length : 0;
    this.#recorder.trust(idp.issuer(), earlier);
    this.#shared = await openSharedBench(backend, idp, setup);
    this.#url = this.#shared.target.url;
  }

  /** Gives the samples the id of a resource that exists, where the contract can make one. */
  async #nameResource(): Promise<void> {
    const lab = this.#lab('control');
    try {
      this.#operations = withParameters(this.#operations, await lab.resource(lab.users.owner));
    } catch (error) {
      // The examples of the contract serve then, and the controls say what is amiss.
      if (!(error instanceof NotTestable || error instanceof TargetError)) throw error;
    }
  }

  async #runPhases(checks: readonly Check[]): Promise<void> {
    const launched = 'launcher' in this.#options.backend;
    const that = (runs: Check['runs']): readonly Check[] => checks.filter((check) => check.runs === runs);

    const fault = await this.#controlOrCalibrate();
    const skew = fault ? undefined : await clockFault(this.#lab('control'));
    if (skew !== undefined) {
      this.#invalidate(skew);
      return;
    }
    // Its settings are ours, so a refused good token is the fault of the backend and not of the wiring.
    if (fault && !launched) {
      this.#invalidate(fault.reason);
      return;
    }
    if (fault) this.#note(fault.reason);
    else await this.#nameResource();

    await this.#beside(that('beside'), fault === undefined);
    if (fault) {
      this.#stop(fault.reason);
      return;
    }
    await this.#alone(that('alone'));
    await (launched ? this.#own(that('own')) : this.#alone(that('own')));
    const calibration = this.#calibration;
    if (calibration && checks.some(({ id }) => id === CONTROL)) {
      this.#settle(CONTROL, fail('accepted', calibration.reason, calibration.exchange));
    }
  }

  /** A backend that only stumbles over one claim is tested without it, so that its other faults are found too. */
  async #controlOrCalibrate(): Promise<ControlFault | undefined> {
    const fault = await controlFault(this.#lab('control'));
    const found = fault && (await calibrate(this.#lab('control')));
    if (fault === undefined || found === undefined) return fault;
    const { claim, users } = found;
    const reason = `good tokens are refused for their ${claim} claim and accepted without it; the rest of the run sends tokens without ${claim}`;
    this.#users = users;
    this.#calibration = { reason, exchange: fault.exchange };
    this.#note(reason);
    return undefined;
  }

  #note(reason: string): void {
    this.trouble = { ...this.trouble, note: reason };
  }

  async #beside(checks: readonly Check[], controlled: boolean): Promise<void> {
    this.#options.onPhase('side by side');
    await inParallel(checks, this.#options.concurrency, (check) => this.#check(check));
    if (this.#isOver() || !controlled) return;
    const lost = await controlFault(this.#lab('control'));
    if (lost) await this.#chargeLoss(PERSISTENCE, 'the checks that ran side by side', lost);
  }

  async #alone(checks: readonly Check[]): Promise<void> {
    if (checks.length > 0) this.#options.onPhase('one by one');
    for (const check of checks) {
      await this.#check(check);
      if (this.#isOver()) return;
      await this.#shared?.idp.clearFaults();
      const lost = await this.#lossOfControl();
      if (lost) await this.#chargeLoss(check.id, check.id, lost);
    }
  }

  async #own(checks: readonly Check[]): Promise<void> {
    if (checks.length > 0) this.#options.onPhase('each on a backend of its own');
    await inParallel(checks, this.#options.benches, (check) => this.#check(check));
  }

  async #check(check: Check): Promise<void> {
    if (this.#isOver()) return;
    const lab = this.#lab(check.id);
    const attempt = await runCheck(check, lab, this.#options.checkTimeoutMs);
    if (attempt.silence && !(await this.#isAlive())) {
      const ended = this.#shared?.ended() ?? attempt.silence.message;
      this.#invalidate(`the backend stopped answering while ${check.id} was running: ${ended}`);
      return;
    }
    if (attempt.harnessFault !== undefined) {
      const reason = `the check ${check.id} failed by itself: ${attempt.harnessFault}. That is a fault of gateproof, not of the target`;
      this.trouble = { ...this.trouble, invalid: this.trouble.invalid ?? reason };
    }
    this.#settle(check.id, attempt.finding, attempt.durationMs);
  }

  /** A rotation may keep the new key unknown for a cool-down, so the control may come true a little later. */
  async #lossOfControl(): Promise<ControlFault | undefined> {
    const deadline = Date.now() + (this.#options.settings.rotationVisible + 5) * 1000;
    for (;;) {
      const lost = await controlFault(this.#lab('control'));
      if (!lost || Date.now() > deadline || this.#isOver()) return lost;
      await pause(RETRY_MS);
    }
  }

  /** A good token worked at the start and does no more: a fault of the target, charged to what ran meanwhile. */
  async #chargeLoss(id: string, during: string, { reason, exchange }: ControlFault): Promise<void> {
    const sentence = `a good token is refused after ${during}: ${reason}`;
    const settled = this.results.get(id);
    if (settled === undefined) this.trouble = { ...this.trouble, invalid: sentence };
    else {
      const observed = settled.outcome === 'pass' ? sentence : `${settled.observed}; and ${sentence}`;
      this.#settle(id, fail('a good token still passes afterwards', observed, exchange), settled.durationMs);
    }
    if (!('launcher' in this.#options.backend)) {
      this.#stop(sentence);
      return;
    }
    await this.#open();
    await this.#nameResource();
  }

  async #isAlive(): Promise<boolean> {
    const lab = this.#lab('control');
    if (this.#shared?.ended() !== undefined) return false;
    try {
      await lab.target.send(lab.request(lab.operations.primary, {}));
      return true;
    } catch {
      return false;
    }
  }

  async #judge(invariants: readonly Invariant[]): Promise<void> {
    const { contract, settings } = this.#options;
    const idp = this.#options.idp.issuer();
    const evidence = {
      exchanges: this.#recorder.exchanges,
      calls: await this.#recorder.calls(),
      issuer: { url: idp.issuer, keys: await idp.keys() },
      operations: this.#operations,
      basePath: new URL(this.#url).pathname.replace(/\/$/, ''),
      ...{ contract, settings },
    };
    for (const { id, judge } of invariants) this.#settle(id, judge(evidence));
  }

  #lab(check: string): Lab {
    const shared = this.#shared;
    if (shared === undefined) throw new Error('no backend is open');
    const target = this.#recorder.watch(shared.target, this.#witness(check, false));
    return createLab({
      ...this.#surroundings(),
      bench: { target, idp: shared.idp, cacheTtl: shared.cacheTtl, cooldown: shared.cooldown },
      startBench: 'launcher' in this.#options.backend ? this.#benchStarter(check) : undefined,
    });
  }

  #surroundings(): Omit<LabParts, 'bench' | 'startBench'> {
    const { contract, idp, settings } = this.#options;
    return {
      contract,
      settings,
      users: this.#users,
      attacker: idp.issuer('attacker'),
      operations: this.#operations,
    };
  }

  #benchStarter(check: string): Lab['bench'] {
    return async (options = {}): Promise<OwnBench> => {
      const bench = options.warm ? await this.#pool.take(options) : await this.#startBench(check, options);
      return { ...bench, target: this.#recorder.watch(bench.target, this.#witness(check, true)) };
    };
  }

  async #startBench(purpose: string, options: BenchOptions): Promise<OwnBench> {
    const { backend, idp, ...setup } = this.#options;
    if (!('launcher' in backend)) throw new Error('the backend cannot be started');
    const count = (this.#started.get(purpose) ?? 0) + 1;
    this.#started.set(purpose, count);
    // Named after the check, so that two runs give the same report.
    const issuer = idp.issuer(count === 1 ? `bench-${purpose}` : `bench-${purpose}-${count}`);
    this.#recorder.trust(issuer, 0);
    return startBench({ ...setup, launcher: backend.launcher, idp: issuer }, options);
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

  #settle(id: string, finding: Finding, durationMs = 0): void {
    const requirement = this.#options.requirements.get(id);
    if (requirement === undefined) throw new Error(`check ${id} has no requirement`);
    const result = toResult(requirement, finding, durationMs);
    this.results.set(id, result);
    this.#options.onResult(result);
  }

  #invalidate(reason: string): void {
    this.trouble = { ...this.trouble, invalid: this.trouble.invalid ?? reason };
    this.#stop(reason);
  }

  #stop(reason: string): void {
    this.#halt ??= reason;
  }

  #isOver(): boolean {
    return this.#halt !== undefined || (this.#options.signal?.aborted ?? false);
  }
}
