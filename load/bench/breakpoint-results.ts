import { median } from './rounds.ts';

/** Requests per second that were held, a figure per round. */
export interface Measured {
  readonly name: string;
  readonly language: string;
  readonly variant: string;
  /** With tokens that never come again. */
  readonly cold: readonly number[];
  /** With a set of tokens that come again and again. */
  readonly repeated: readonly number[];
  /** What the generator reached in the same runs, of a server that does nothing. */
  readonly ceiling: readonly number[];
}

/** A server that was to be measured and was not. */
export interface LeftOut {
  readonly name: string;
  readonly reason: string;
}

/** `results/breakpoint.json` */
export interface Results {
  readonly node: string;
  readonly limitMs: number;
  readonly seconds: number;
  readonly connections: number;
  readonly distinct: number;
  readonly repeated: number;
  readonly measured: readonly Measured[];
  readonly leftOut: readonly LeftOut[];
}

type Outcome = Pick<Results, 'measured' | 'leftOut'>;

/** The server that does nothing, with the generator's own ceiling. */
export const CEILING = 'fixed answer';

/** From this share of its ceiling on, the generator is part of the figure. */
const NEAR = 0.8;
const BEGIN = '<!-- breakpoint: written by bench:picture -->';
const END = '<!-- /breakpoint -->';

/**
 * What was measured before and now. Of a server that was measured again the new figures count, or, to `add`, both; who can
 * no longer be measured has none.
 */
export function mergeOutcome(
  before: Outcome | undefined,
  { measured, leftOut }: Outcome,
  { add }: { readonly add: boolean },
): Outcome {
  const anew = new Set([...measured, ...leftOut].map(({ name }) => name));
  const kept = <T extends { readonly name: string }>(list: readonly T[] = []): readonly T[] =>
    list.filter(({ name }) => !anew.has(name));
  const joined = measured.map((now) => {
    const then = add ? before?.measured.find(({ name }) => name === now.name) : undefined;
    return then === undefined ? now : joinRounds(then, now);
  });
  return {
    measured: inOrder([...kept(before?.measured), ...joined]),
    leftOut: [...kept(before?.leftOut), ...leftOut],
  };
}

function joinRounds(then: Measured, now: Measured): Measured {
  const join = (of: 'cold' | 'repeated' | 'ceiling'): readonly number[] => [...then[of], ...now[of]];
  return { ...now, cold: join('cold'), repeated: join('repeated'), ceiling: join('ceiling') };
}

/** The ceiling first, then by what is held with tokens that never come again. */
function inOrder(measured: readonly Measured[]): readonly Measured[] {
  const rank = ({ name, cold, repeated }: Measured): number =>
    name === CEILING ? Infinity : median(cold.length > 0 ? cold : repeated);
  return measured.toSorted((one, other) => rank(other) - rank(one));
}

/** Whether this figure is the generator's rather than the server's. */
export function isLimited(rates: readonly number[], ceiling: readonly number[]): boolean {
  return median(rates) >= NEAR * median(ceiling);
}

/** The table with its head first: what is printed, and what the documentation shows. */
export function breakpointTable({ measured, leftOut }: Outcome): readonly (readonly string[])[] {
  return [
    ['Server', 'Language', 'Variant', 'cold, req/s', 'repeated, req/s', 'Note'],
    ...measured.map((each) => [
      ...[each.name, each.language, each.variant],
      ...[inWords(each.cold), inWords(each.repeated), noteOf(each)],
    ]),
    ...leftOut.map(({ name, reason }) => [name, '', '', '', '', `not measured: ${reason}`]),
  ];
}

function noteOf({ name, cold, repeated, ceiling }: Measured): string {
  if (name === CEILING) return "the generator's own ceiling";
  const limited = Object.entries({ cold, repeated }).filter(([, rates]) => isLimited(rates, ceiling));
  return limited.length === 0
    ? ''
    : `${limited.map(([which]) => which).join(', ')}: limited by the generator`;
}

/** Median, lowest and highest; of one round, its figure. */
function inWords(rates: readonly number[]): string {
  const [middle, least, most] = [median(rates), Math.min(...rates), Math.max(...rates)].map((rate) =>
    Math.round(rate).toLocaleString('en'),
  );
  if (rates.length === 0) return '';
  return rates.length === 1 ? (middle ?? '') : `${middle ?? ''} (${least ?? ''}–${most ?? ''})`;
}

/**
 * A document with the table between its two marks written anew.
 * @throws Error where the marks are not there
 */
export function withTable(document: string, outcome: Outcome): string {
  const [from, to] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (from === -1 || to < from) throw new Error(`The document does not have ${BEGIN} and ${END}.`);
  return `${document.slice(0, from)}${BEGIN}\n\n${markdown(breakpointTable(outcome))}\n${document.slice(to)}`;
}

/** As prettier would write it; figures to the right. */
function markdown(table: readonly (readonly string[])[]): string {
  const [head = [], ...rows] = table;
  const widths = head.map((_, column) => Math.max(3, ...table.map((row) => row[column]?.length ?? 0)));
  const isFigure = (column: number): boolean => head[column]?.endsWith('req/s') ?? false;
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  const padded = (row: readonly string[]): string =>
    line(
      row.map((cell, column) =>
        isFigure(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      ),
    );
  const rule = line(
    widths.map((width, column) => (isFigure(column) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))),
  );
  return [padded(head), rule, ...rows.map(padded)].join('');
}
