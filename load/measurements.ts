import { Latencies, percentileOf } from './latency.ts';
import type { ForgeryResult, RequestResult, Second, VerificationResult } from './model.ts';
import type { Sample } from './samples.ts';

/** Kinds whose token must be accepted. */
const GOOD: ReadonlySet<string> = new Set(['good', 'hot', 'calm']);

interface Tally {
  readonly latencies: Latencies;
  readonly statuses: Map<number, number>;
  failed: number;
}

interface ForgeryTally {
  readonly latencies: Latencies;
  accepted: number;
  failed: number;
}

interface SecondTally {
  readonly durations: number[];
  readonly verifications: number[];
  failed: number;
  dropped: number;
}

/** All samples of one run, of however many generators. */
export class Measurements {
  readonly #startAt: number;
  readonly #kinds = new Map<string, Tally>();
  readonly #forgeries = new Map<string, ForgeryTally>();
  readonly #verification = new Latencies();
  readonly #seconds = new Map<number, SecondTally>();
  #source = '';
  #dropped = 0;

  /** @param startAt milliseconds since the epoch; second 0 begins there */
  constructor(startAt: number) {
    this.#startAt = startAt;
  }

  add(sample: Sample): void {
    if (sample.metric === 'dropped') {
      this.#dropped += sample.value;
      this.#secondOf(sample).dropped += sample.value;
    } else if (sample.metric === 'verification') {
      this.#verification.add(sample.value);
      this.#source = sample.source;
      this.#secondOf(sample).verifications.push(sample.value);
    } else this.#addRequest(sample);
  }

  #addRequest(sample: Sample): void {
    const { kind, value, status } = sample;
    const tally = entry(this.#kinds, kind, (): Tally => ({
      latencies: new Latencies(),
      statuses: new Map(),
      failed: 0,
    }));
    tally.statuses.set(status, (tally.statuses.get(status) ?? 0) + 1);
    tally.latencies.add(value);
    const failed = kind === 'bad' ? isBadFailure(status) : status < 200 || status > 299;
    if (failed) tally.failed += 1;
    if (kind === 'bad') this.#addForgery(sample);
    if (!GOOD.has(kind) && kind !== 'refresh') return;
    const second = this.#secondOf(sample);
    second.durations.push(value);
    if (failed) second.failed += 1;
  }

  #addForgery({ forgery, status, value }: Sample): void {
    const tally = entry(this.#forgeries, forgery, () => ({
      latencies: new Latencies(),
      accepted: 0,
      failed: 0,
    }));
    tally.latencies.add(value);
    if (isAccepted(status)) tally.accepted += 1;
    else if (isBadFailure(status)) tally.failed += 1;
  }

  #secondOf({ at }: Sample): SecondTally {
    const second = Math.max(0, Math.floor((at - this.#startAt) / 1000));
    return entry(this.#seconds, second, () => ({ durations: [], verifications: [], failed: 0, dropped: 0 }));
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** The newest of which there are samples. */
  get lastSecond(): number {
    return Math.max(0, ...this.#seconds.keys());
  }

  latencies(kind: string): Latencies | undefined {
    return this.#kinds.get(kind)?.latencies;
  }

  /** Good tokens sent, and those of them that were not accepted. */
  good(): { readonly sent: number; readonly refused: number } {
    const tallies = [...this.#kinds].filter(([kind]) => GOOD.has(kind)).map(([, tally]) => tally);
    return {
      sent: sum(tallies.map(({ latencies }) => latencies.count)),
      refused: sum(tallies.map(({ failed }) => failed)),
    };
  }

  bad(): { readonly sent: number; readonly accepted: number; readonly failed: number } {
    const tallies = [...this.#forgeries.values()];
    return {
      sent: sum(tallies.map(({ latencies }) => latencies.count)),
      accepted: sum(tallies.map(({ accepted }) => accepted)),
      failed: sum(tallies.map(({ failed }) => failed)),
    };
  }

  requests(): readonly RequestResult[] {
    return [...this.#kinds]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([kind, { latencies, statuses, failed }]) => ({
        kind,
        count: latencies.count,
        failed,
        statuses: Object.fromEntries([...statuses].sort(([a], [b]) => a - b)),
        latencyMs: latencies.summary(),
        bins: latencies.bins(),
      }));
  }

  forgeries(): readonly ForgeryResult[] {
    return [...this.#forgeries]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, { latencies, accepted, failed }]) => ({
        ...{ name, count: latencies.count, accepted, failed },
        p50Ms: latencies.percentile(50),
      }));
  }

  verification(): VerificationResult | undefined {
    if (this.#verification.count === 0) return undefined;
    const source = this.#source === 'server-timing' ? 'server-timing' : 'paired';
    const { count } = this.#verification;
    return { source, count, latencyMs: this.#verification.summary(), bins: this.#verification.bins() };
  }

  /** Of the seconds from `from` to before `to`, all samples together. */
  between(
    from: number,
    to: number,
  ): {
    readonly count: number;
    readonly failed: number;
    readonly dropped: number;
    readonly verificationP99Ms: number;
  } {
    const tallies = [...this.#seconds]
      .filter(([second]) => second >= from && second < to)
      .map(([, tally]) => tally);
    const verified = tallies.flatMap(({ verifications }) => verifications).sort((a, b) => a - b);
    return {
      count: sum(tallies.map(({ durations }) => durations.length)),
      failed: sum(tallies.map(({ failed }) => failed)),
      dropped: sum(tallies.map(({ dropped }) => dropped)),
      verificationP99Ms: percentileOf(verified, 99),
    };
  }

  seconds(): readonly Second[] {
    return [...this.#seconds]
      .sort(([a], [b]) => a - b)
      .map(([second, { durations, verifications, failed }]) => {
        const sorted = durations.toSorted((a, b) => a - b);
        const verified = verifications.toSorted((a, b) => a - b);
        return {
          ...{ second, count: sorted.length, failed },
          ...{ p50Ms: percentileOf(sorted, 50), p99Ms: percentileOf(sorted, 99) },
          ...(verified.length > 0 && { verificationP99Ms: percentileOf(verified, 99) }),
        };
      });
  }
}

function isAccepted(status: number): boolean {
  return status >= 200 && status < 400;
}

/** A bad token is refused by a 4xx; by 503 while its key cannot be looked up. Anything else is a fault. */
function isBadFailure(status: number): boolean {
  return !(status >= 400 && status < 500) && status !== 503;
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
