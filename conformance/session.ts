import { adviceOnSilence, adviceOnStart } from './advice.ts';
import { Benches, type BenchesOptions } from './benches.ts';
import { refetchesLate } from './checks/jwks/cooldown.ts';
import { calibrate } from './calibration.ts';
import { clockFault, type ControlFault, controlFault, openGate } from './controls.ts';
import { fail } from './finding.ts';
import { flaky } from './flaky.ts';
import { TargetError } from './http/index.ts';
import { abortion, lateness } from './interruption.ts';
import type { Invariant } from './invariant.ts';
import { type Loss, lossOfControl } from './loss-of-control.ts';
import type { Check, CheckResult, Finding } from './model.ts';
import { checksAtATime } from './pace.ts';
import { inParallel } from './parallel.ts';
import { toResult } from './result.ts';
import { type Attempt, notTestable, runCheck } from './run-check.ts';
import type { RunTrouble } from './verdict.ts';

export interface SessionOptions extends BenchesOptions {
  readonly concurrency: number;
  readonly benches: number;
  readonly checkTimeoutMs: number;
  /** How long the whole run may take. */
  readonly runTimeoutMs: number;
  readonly onPhase: (name: string) => void;
  readonly onResult: (result: CheckResult) => void;
}

/** The check that is charged where a good token stops working among checks that ran side by side. */
const PERSISTENCE = 'positive-after-negative';
/** The check that is charged where good tokens only work without one of their claims. */
const CONTROL = 'jws-control';
/** Failed checks that are repeated. A backend that fails one request in twenty passes most of them then. */
const MOST_REPEATED = 5;

/**
 * One run: opens the shared backend, runs the checks in phases with controls between them, and closes everything.
 * Once `halt` is set, whatever has not been judged is not testable for that reason.
 */
export class Session {
  readonly results: Map<string, CheckResult> = new Map<string, CheckResult>();
  trouble: RunTrouble = {};
  readonly #options: SessionOptions;
  readonly #benches: Benches;
  #calibration: Pick<ControlFault, 'reason' | 'exchange'> | undefined;
  #halt: string | undefined;
  /** What is still under way then has no say any more. */
  #isClosed = false;
  /** Its answers take their time, and not the machine's. */
  #backendWaits = false;
  #url = '';

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#benches = new Benches(options);
  }

  /** Base URL of the shared backend. */
  get url(): string {
    return this.#url;
  }

  /** @throws the reason of the signal, as soon as it is given */
  async run(checks: readonly Check[], invariants: readonly Invariant[]): Promise<void> {
    this.#options.signal?.throwIfAborted();
    const ended = new AbortController();
    try {
      const { runTimeoutMs, signal } = this.#options;
      const late = await Promise.race([
        this.#runAll(checks, invariants),
        lateness(runTimeoutMs, ended.signal),
        abortion(signal),
      ]);
      if (late) this.#giveUp(late);
    } catch (error) {
      if (!(error instanceof TargetError)) throw error;
      const advise = this.#benches.areLaunched ? adviceOnStart : adviceOnSilence;
      this.#invalidate(this.results.size === 0 ? advise(error.message) : error.message);
    } finally {
      ended.abort();
      this.#isClosed = true;
      await this.#benches[Symbol.asyncDispose]();
    }
    for (const { id } of [...checks, ...invariants]) {
      if (!this.results.has(id)) this.#settle(id, notTestable(this.#halt ?? 'the run ended before it'));
    }
  }

  async #runAll(checks: readonly Check[], invariants: readonly Invariant[]): Promise<void> {
    this.#options.onPhase('starting');
    await this.#benches.open();
    this.#url = this.#benches.shared.target.url;
    await this.#runPhases(checks);
    await this.#judge(invariants);
  }

  async #runPhases(checks: readonly Check[]): Promise<void> {
    const launched = this.#benches.areLaunched;
    const that = (runs: Check['runs']): readonly Check[] => checks.filter((check) => check.runs === runs);

    const fault = await this.#controlOrCalibrate();
    const skew = fault ? undefined : await clockFault(this.#benches.lab('control'));
    if (skew !== undefined) {
      this.#invalidate(skew);
      return;
    }
    // Its settings are ours, so a refused good token is the fault of the backend and not of the wiring.
    if (fault && (!launched || fault.misdirected)) {
      this.#invalidate(fault.reason);
      return;
    }
    const open = fault ? undefined : await openGate(this.#benches.lab('control'));
    const hopeless = fault?.reason ?? open;
    if (hopeless !== undefined) this.#note(hopeless);
    if (!fault) await this.#benches.nameResource();

    const beside = that('beside');
    await this.#beside(beside, fault === undefined);
    if (hopeless !== undefined) {
      this.#stop(hopeless);
      return;
    }
    await this.#findFlakes(beside);
    if (launched) {
      await this.#alone(that('alone'));
      await this.#own(that('own'));
    } else {
      await this.#onRunning(that('alone'), that('own'));
    }
    const calibration = this.#calibration;
    if (calibration && checks.some(({ id }) => id === CONTROL)) {
      this.#settle(CONTROL, fail('accepted', calibration.reason, calibration.exchange));
    }
  }

  /** A backend that only stumbles over one claim is tested without it, so that its other faults are found too. */
  async #controlOrCalibrate(): Promise<ControlFault | undefined> {
    const first = await controlFault(this.#benches.lab('control'));
    const fault = first && (await controlFault(this.#benches.lab('control')));
    if (first && !fault) this.#note(flaky('a good token', `was ${first.exchange.response.status} once`));
    const found = fault && (await calibrate(this.#benches.lab('control')));
    if (fault === undefined || found === undefined) return fault;
    const { claim, users } = found;
    const reason = `good tokens are refused for their ${claim} claim and accepted without it; the rest of the run sends tokens without ${claim}`;
    this.#benches.users = users;
    this.#calibration = { reason, exchange: fault.exchange };
    this.#note(reason);
    return undefined;
  }

  /** What failed until then has failed all the same. */
  #giveUp(reason: string): void {
    this.#note(reason);
    this.#stop(reason);
  }

  #note(reason: string): void {
    this.trouble = { ...this.trouble, note: reason };
  }

  async #beside(checks: readonly Check[], controlled: boolean): Promise<void> {
    this.#options.onPhase('side by side');
    const { concurrency } = this.#options;
    const atATime = controlled ? await checksAtATime(this.#benches.lab('control'), concurrency) : concurrency;
    this.#backendWaits = atATime > concurrency;
    const waitingFirst = checks.toSorted((a, b) => Number(b.waits ?? false) - Number(a.waits ?? false));
    await inParallel(waitingFirst, atATime, (check) => this.#check(check));
    if (this.#isOver() || !controlled) return;
    const lost = await this.#lossOfControl(0);
    if (lost) await this.#chargeLoss(PERSISTENCE, 'the checks that ran side by side', lost);
  }

  /**
   * Repeats some of the checks that did not pass: a backend that does not answer alike twice is told so. Where a good
   * token was refused only the first time, that is a failure.
   */
  async #findFlakes(checks: readonly Check[]): Promise<void> {
    const first = (check: Check): CheckResult | undefined => this.results.get(check.id);
    // The fewer requests, the less likely that one of them fails again.
    const doubtful = checks
      .filter((check) => ['fail', 'not-testable'].includes(first(check)?.outcome ?? ''))
      .sort((a, b) => (first(a)?.durationMs ?? 0) - (first(b)?.durationMs ?? 0));
    for (const check of doubtful.slice(0, MOST_REPEATED)) {
      if (this.#isOver()) return;
      const attempt = await this.#attempt(check);
      const before = first(check);
      if (attempt.finding.outcome !== 'pass' || before === undefined) continue;
      const { outcome, observed } = before;
      this.#note(
        flaky(check.id, outcome === 'fail' ? `failed (${observed})` : `could not be tested (${observed})`),
      );
      if (outcome === 'not-testable') {
        this.#settle(check.id, fail('the same answer to the same request', observed), attempt.durationMs);
      }
      return;
    }
  }

  async #alone(checks: readonly Check[]): Promise<void> {
    if (checks.length > 0) this.#options.onPhase('one by one');
    for (const check of checks) {
      await this.#check(check);
      if (this.#isOver()) return;
      await this.#benches.shared.idp.clearFaults();
      const lost = await this.#lossOfControl(this.#options.settings.rotationVisible + 5);
      if (lost) await this.#chargeLoss(check.id, check.id, lost);
    }
  }

  /** What has fetches to wait for waits for one and the same cool-down, so that what matters most comes first. */
  async #onRunning(alone: readonly Check[], stories: readonly Check[]): Promise<void> {
    await this.#alone(stories.filter(({ vital }) => vital));
    const others = stories.filter(({ vital }) => !vital);
    if (others.length > 0 && !this.#isOver()) {
      this.#benches.refetchesLate = await refetchesLate(this.#benches.lab('control'));
    }
    await this.#alone([...alone, ...others]);
  }

  async #own(checks: readonly Check[]): Promise<void> {
    if (checks.length > 0) this.#options.onPhase('each on a backend of its own');
    const { benches } = this.#options;
    await inParallel(checks, this.#backendWaits ? 2 * benches : benches, (check) => this.#check(check));
  }

  async #check(check: Check): Promise<void> {
    if (this.#isOver()) return;
    const attempt = await this.#attempt(check);
    if (this.#isClosed) return;
    if (attempt.silence && !(await this.#benches.isAlive())) {
      const ended = this.#benches.shared.ended() ?? attempt.silence.message;
      this.#invalidate(`the backend stopped answering while ${check.id} was running: ${ended}`);
      return;
    }
    if (attempt.harnessFault !== undefined) {
      const reason = `the check ${check.id} failed by itself: ${attempt.harnessFault}. That is a fault of gateproof, not of the target`;
      this.trouble = { ...this.trouble, invalid: this.trouble.invalid ?? reason };
    }
    this.#settle(check.id, attempt.finding, attempt.durationMs);
  }

  #attempt(check: Check): Promise<Attempt> {
    const waitedMs = (): number => this.#benches.waitedMs(check.id);
    return runCheck(check, this.#benches.lab(check.id), this.#options.checkTimeoutMs, waitedMs);
  }

  #lossOfControl(patience: number): Promise<Loss | undefined> {
    return lossOfControl(this.#benches, patience, () => this.#isOver());
  }

  /** A good token worked at the start and does no more: a fault of the target, charged to what ran meanwhile. */
  async #chargeLoss(id: string, during: string, { reason, exchange, chance }: Loss): Promise<void> {
    if (chance) this.#note(reason);
    const sentence = `a good token is refused after ${during}: ${reason}`;
    const settled = this.results.get(id);
    if (settled === undefined) this.trouble = { ...this.trouble, invalid: sentence };
    else {
      const observed = settled.outcome === 'pass' ? sentence : `${settled.observed}; and ${sentence}`;
      this.#settle(id, fail('a good token still passes afterwards', observed, exchange), settled.durationMs);
    }
    if (!this.#benches.areLaunched) {
      this.#stop(sentence);
      return;
    }
    await this.#benches.open();
    await this.#benches.nameResource();
  }

  async #judge(invariants: readonly Invariant[]): Promise<void> {
    const evidence = await this.#benches.evidence();
    if (evidence === undefined) return;
    for (const { id, judge } of invariants) this.#settle(id, judge(evidence));
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
