import type { Comparison } from '../compare.ts';

const NOISE =
  'Noise is the 95 % interval of the difference, from how the seconds of each run differ. What differs between two machines or two times of day comes on top.';

/** The comparison for people. */
export function consoleComparison(comparisons: readonly Comparison[]): string {
  const sections = comparisons.map(({ scenario, rows, broken, notes }) =>
    [
      scenario,
      ...rows.map(({ name, before, after, noise, outcome }) => {
        const change =
          before === 0 ? '' : ` (${after >= before ? '+' : ''}${Math.round((after / before - 1) * 100)} %)`;
        return `  ${name.padEnd(30)}${before.toFixed(2)} → ${after.toFixed(2)} ms${change}, noise ± ${noise.toFixed(2)}: ${outcome}`;
      }),
      ...broken.map((name) => `  ✗ ${name} was kept, and is broken`),
      ...notes.map((note) => `  ! ${note}`),
    ].join('\n'),
  );
  return `${[...sections, NOISE].join('\n\n')}\n`;
}
