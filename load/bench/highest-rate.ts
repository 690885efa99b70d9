/** What came of one rate: what broke, and nothing where it was held. */
export type Attempt = (rate: number) => Promise<string | undefined>;

export interface SearchOptions {
  /** Requests per second to begin with: the nearer to the answer, the fewer attempts. */
  readonly start: number;
  /** The answer is at most this share below a rate that broke; default 0.05. */
  readonly precision?: number;
}

export interface HighestRate {
  /** Requests per second; 0 where none was held. */
  readonly rate: number;
  /** What broke at the lowest rate that was not held. */
  readonly reason: string;
}

/** Halved three times it is less than 5 %. */
const STRIDE = 1.45;
const LEAST = 1;
/** No server and no generator of one core comes near. */
const MOST = 10_000_000;

/**
 * The highest rate that is held: up, or down, in strides until one rate is held and a higher one breaks, then by halves. A
 * rate is given up where it broke twice: another process that took the core for a moment breaks it once.
 * @throws Error where every rate is held, so that nothing was measured
 */
export async function highestRate(
  attempt: Attempt,
  { start, precision = 0.05 }: SearchOptions,
): Promise<HighestRate> {
  const brokenAt = async (rate: number): Promise<string | undefined> =>
    (await attempt(rate)) === undefined ? undefined : attempt(rate);
  let held = 0;
  let broken = Infinity;
  let reason = '';
  while (broken > Math.max(held * (1 + precision), LEAST)) {
    const rate = nextRate(held, broken, start);
    if (rate > MOST) throw new Error(`Nothing broke up to ${Math.round(held)} requests per second.`);
    const fault = await brokenAt(rate);
    if (fault === undefined) held = rate;
    else [broken, reason] = [rate, fault];
  }
  return { rate: held, reason };
}

function nextRate(held: number, broken: number, start: number): number {
  if (held === 0) return broken === Infinity ? start : broken / STRIDE;
  // Half-way on the scale on which 5 % is always as far.
  return broken === Infinity ? held * STRIDE : Math.sqrt(held * broken);
}
