export interface Bar {
  readonly name: string;
  readonly perSecond: number;
  readonly colour: string;
  /** Behind the figure. */
  readonly remark?: string;
}

export interface BarGroup {
  readonly title: string;
  readonly bars: readonly Bar[];
}

export interface BarChart {
  /** For who does not see it. */
  readonly title: string;
  /** Each on a scale of its own. */
  readonly groups: readonly BarGroup[];
  readonly note: string;
  /** Pixels of width for the names. */
  readonly label: number;
}

const WIDTH = 760;
const BAR = 22;
const GAP = 8;
/** For the figure behind the longest bar. */
const FIGURE = 110;

export const COLOURS = { ours: '#1a7f5a', peer: '#9aa5b1', yardstick: '#444' } as const;

/** Bars with their figures, as SVG. */
export function barChart({ title, groups, note, label }: BarChart): string {
  let y = 0;
  const parts = groups.flatMap(({ title: heading, bars }) => {
    const most = Math.max(...bars.map(({ perSecond }) => perSecond));
    const first = text(0, (y += 34), heading, 'font-weight="600"');
    const rows = bars.map(({ name, perSecond, colour, remark = '' }) => {
      y += BAR + GAP;
      const length = (perSecond / most) * (WIDTH - label - FIGURE);
      return [
        text(label - 10, y, name, 'text-anchor="end"'),
        `<rect x="${label}" y="${y - BAR + 6}" width="${length.toFixed(1)}" height="${BAR}" fill="${colour}"/>`,
        text(label + length + 8, y, `${Math.round(perSecond).toLocaleString('en')}/s${remark}`),
      ].join('');
    });
    return [first, ...rows];
  });
  const last = text(0, y + 32, note, 'fill-opacity="0.65"');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 44}" font-family="system-ui, sans-serif" font-size="14" role="img">
<title>${title}</title>
<rect width="100%" height="100%" fill="#fff"/>
${[...parts, last].join('\n')}
</svg>
`;
}

function text(x: number, y: number, content: string, attributes = ''): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y}" ${attributes}>${escaped}</text>`;
}
