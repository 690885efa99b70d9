import { measure } from 'mitata';

export interface Subject {
  readonly name: string;
  /** One call of what is measured; a promise is awaited before the next. */
  readonly run: () => unknown;
}

export interface Measured {
  readonly name: string;
  /** Nanoseconds of processor time per call: median over the rounds. */
  readonly ns: number;
  /** Calls of the first subject that take as long as one of this; paired within each round, then the median. */
  readonly ratio: number;
  /** Fewest and most nanoseconds of a round. */
  readonly range: readonly [number, number];
}

/** Each sample is the mean of so many calls, so that the clock is no part of it. */
const CALLS_PER_SAMPLE = 256;

/**
 * Measures the subjects in turn, round after round, in slices of `sliceMs`. A machine that is slow for a while is slow for
 * all of them, and a ratio is taken only within a round.
 */
export async function measureInRounds(
  subjects: readonly Subject[],
  { rounds, sliceMs }: { readonly rounds: number; readonly sliceMs: number },
): Promise<readonly Measured[]> {
  const times = subjects.map((): number[] => []);
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, { run }] of subjects.entries()) {
      const { p50 } = await measure(run, {
        min_cpu_time: sliceMs * 1e6,
        min_samples: 2,
        now: processorTime,
        batch_samples: CALLS_PER_SAMPLE,
        // Always in batches, however long a call takes.
        batch_threshold: Number.MAX_SAFE_INTEGER,
        warmup_threshold: Number.MAX_SAFE_INTEGER,
        gc: false as never,
      });
      // The round before the first is for the compiler.
      if (round >= 0) times[index]?.push(p50);
    }
  }
  const [unit = []] = times;
  return subjects.map(({ name }, index) => {
    const own = times[index] ?? [];
    const ratios = own.map((ns, round) => ns / (unit[round] ?? NaN));
    return { name, ns: median(own), ratio: median(ratios), range: [Math.min(...own), Math.max(...own)] };
  });
}

/** Of all threads of this process, in nanoseconds: what else the machine does meanwhile is not in it. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}
