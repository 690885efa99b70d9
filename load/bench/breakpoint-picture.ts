import { barChart, COLOURS } from './bars.ts';
import type { Bar, BarGroup } from './bars.ts';
import { CEILING, isLimited } from './breakpoint-results.ts';
import type { Measured, Results } from './breakpoint-results.ts';
import { median } from './rounds.ts';

/** The table as a picture. What the generator limits is marked, and its ceiling told below. */
export function breakpointPicture({ measured, limitMs, repeated, node }: Results): string {
  const servers = measured.filter(({ name }) => name !== CEILING);
  const ceilings = measured
    .filter(({ name }) => name === CEILING)
    .map(({ ceiling }) => rounded(median(ceiling)));
  const group = (title: string, kind: 'cold' | 'repeated'): BarGroup => ({
    title,
    bars: servers.map((each) => barOf(each, kind)).toSorted((one, other) => other.perSecond - one.perSecond),
  });
  return barChart({
    title: `Requests per second at p99 below ${limitMs} ms, each server on one core`,
    groups: [
      group('Tokens that never come again', 'cold'),
      group(`${repeated.toLocaleString('en')} tokens that come again and again`, 'repeated'),
    ].filter(({ bars }) => bars.length > 0),
    note: `p99 < ${limitMs} ms, RS256, Node ${node}; the generator's own ceiling (* near it): ${ceilings.join()}/s`,
    label: 270,
  });
}

function barOf({ name, variant, ceiling, ...rates }: Measured, kind: 'cold' | 'repeated'): Bar {
  return {
    name: variant === 'default' ? name : `${name}, ${variant}`,
    perSecond: median(rates[kind]),
    colour: name === 'gateproof-api' ? COLOURS.ours : COLOURS.peer,
    ...(isLimited(rates[kind], ceiling) && { remark: ' *' }),
  };
}

function rounded(rate: number): string {
  return Math.round(rate).toLocaleString('en');
}
