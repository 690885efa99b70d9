import { build, type Histogram } from 'hdr-histogram-js';

/** Milliseconds; percentiles are exact to three digits (HdrHistogram). */
export interface LatencySummary {
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** [lower bound in milliseconds, count]; each bin is a tenth wider than the one before. */
export type Bins = readonly (readonly [number, number])[];

const MICROSECONDS = 1000;
const BIN_GROWTH = 1.1;
const LONGEST_MS = 120_000;

/** Latencies of one kind of request. Those of several generators are counted together, so percentiles are of all of them. */
export class Latencies {
  readonly #histogram: Histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: LONGEST_MS * MICROSECONDS,
    numberOfSignificantValueDigits: 3,
  });
  readonly #bins = new Map<number, number>();

  get count(): number {
    return this.#histogram.totalCount;
  }

  add(ms: number): void {
    this.#histogram.recordValue(Math.round(Math.min(ms, LONGEST_MS) * MICROSECONDS));
    const bin = Math.floor(Math.log(Math.max(ms, 0.01)) / Math.log(BIN_GROWTH));
    this.#bins.set(bin, (this.#bins.get(bin) ?? 0) + 1);
  }

  percentile(percent: number): number {
    return this.#histogram.getValueAtPercentile(percent) / MICROSECONDS;
  }

  summary(): LatencySummary {
    const histogram = this.#histogram;
    return {
      mean: round(histogram.mean / MICROSECONDS),
      p50: this.percentile(50),
      p95: this.percentile(95),
      p99: this.percentile(99),
      max: histogram.maxValue / MICROSECONDS,
    };
  }

  bins(): Bins {
    return [...this.#bins].sort(([a], [b]) => a - b).map(([bin, count]) => [round(BIN_GROWTH ** bin), count]);
  }
}

/** The value below which `percent` of the sorted values lie (nearest rank). */
export function percentileOf(sorted: readonly number[], percent: number): number {
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  return sorted[rank - 1] ?? 0;
}

function round(value: number): number {
  return Math.round(value * MICROSECONDS) / MICROSECONDS;
}
