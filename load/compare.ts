import type { LoadReport, ScenarioResult, Second } from './model.ts';

export interface Comparison {
  readonly scenario: string;
  readonly rows: readonly ComparedFigure[];
  /** Limits that the second run broke and the first did not. */
  readonly broken: readonly string[];
  /** Why the two runs are not quite alike. */
  readonly notes: readonly string[];
}

/** Milliseconds: the average over the seconds of a run, so that the seconds tell how much of a difference is chance. */
interface ComparedFigure {
  readonly name: string;
  readonly before: number;
  readonly after: number;
  /** Half the width of the 95 % interval of the difference, from how the seconds of each run differ among themselves. */
  readonly noise: number;
  readonly outcome: 'faster' | 'slower' | 'within noise';
}

const FIGURES: Readonly<Record<string, (second: Second) => number | undefined>> = {
  'median of a second': ({ p50Ms }) => p50Ms,
  'p99 of a second': ({ p99Ms }) => p99Ms,
  'verification p99 of a second': ({ verificationP99Ms }) => verificationP99Ms,
};

/** Fewer say nothing of how much they vary. */
const LEAST_SECONDS = 4;
/** The second in which connections are made and code is compiled. */
const WARMING = 1;
/** Of the normal distribution, both sides. */
const Z_95 = 1.96;

/** What changed between two runs, for each scenario that both have. */
export function compareReports(before: LoadReport, after: LoadReport): readonly Comparison[] {
  return before.scenarios.flatMap((first) => {
    const second = after.scenarios.find(({ scenario }) => scenario === first.scenario);
    return second === undefined ? [] : [compareScenario(first, second)];
  });
}

function compareScenario(before: ScenarioResult, after: ScenarioResult): Comparison {
  const rows = Object.entries(FIGURES).flatMap(([name, of]) => {
    const [a, b] = [spreadOf(before.timeline, of), spreadOf(after.timeline, of)];
    if (a === undefined || b === undefined) return [];
    const noise = Z_95 * Math.sqrt(a.variance / a.count + b.variance / b.count);
    const change = b.mean - a.mean;
    const outcome = Math.abs(change) <= noise ? 'within noise' : change > 0 ? 'slower' : 'faster';
    return [{ name, before: a.mean, after: b.mean, noise, outcome } as const];
  });
  const differing = (['rate', 'seconds', 'instances'] as const).filter(
    (name) => before[name] !== after[name],
  );
  const notes = [
    ...differing.map((name) => `${name} differs: ${before[name]} and ${after[name]}`),
    ...(before.verification?.source === after.verification?.source
      ? []
      : ['verification was measured in two different ways']),
    ...[before, after].flatMap(({ verdict }, run) =>
      verdict === 'invalid' ? [`the ${run === 0 ? 'first' : 'second'} run is no verdict`] : [],
    ),
    ...(rows.length === 0 ? [`both runs need ${LEAST_SECONDS + WARMING} seconds or more`] : []),
  ];
  const broken = brokenIn(after).filter((name) => !brokenIn(before).includes(name));
  return { scenario: before.scenario, rows, broken, notes };
}

function brokenIn({ thresholds }: ScenarioResult): readonly string[] {
  return thresholds.filter(({ outcome }) => outcome === 'fail').map(({ name }) => name);
}

function spreadOf(
  seconds: readonly Second[],
  of: (second: Second) => number | undefined,
): { readonly count: number; readonly mean: number; readonly variance: number } | undefined {
  const values = seconds
    .filter(({ second, count }) => second >= WARMING && count > 0)
    .map(of)
    .filter((value) => value !== undefined);
  const count = values.length;
  if (count < LEAST_SECONDS) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  return { count, mean, variance };
}
