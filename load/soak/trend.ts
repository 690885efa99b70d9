/** How a quantity went over time: the straight line through all its samples that leaves the least squares. */
export interface Trend {
  readonly mean: number;
  /** Per minute. */
  readonly slope: number;
  /** Of the line, from the first sample to the last, as a part of the mean. */
  readonly growth: number;
}

export interface Sample {
  /** Milliseconds. */
  readonly at: number;
  readonly value: number;
}

/** @throws RangeError where there are fewer than three samples, which show no trend */
export function trendOf(samples: readonly Sample[]): Trend {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || samples.length < 3) {
    throw new RangeError(`${samples.length} samples show no trend: let it run longer`);
  }
  const mean = average(samples.map(({ value }) => value));
  const middle = average(samples.map(({ at }) => at));
  const covariance = sum(samples.map(({ at, value }) => (at - middle) * (value - mean)));
  const perMs = covariance / sum(samples.map(({ at }) => (at - middle) ** 2));
  return { mean, slope: perMs * 60_000, growth: (perMs * (last.at - first.at)) / mean };
}

function average(numbers: readonly number[]): number {
  return sum(numbers) / numbers.length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
