import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Measured } from './rounds.ts';

/** `npm run bench:picture`: draws `results/library.svg` from `results/library.json`. */

interface Bar {
  readonly name: string;
  readonly perSecond: number;
}

const WIDTH = 760;
const LABEL = 190;
const BAR = 22;
const GAP = 8;

const document = JSON.parse(await readFile(resultPath('library.json'), 'utf8')) as {
  readonly node: string;
  readonly measured: readonly Measured[];
};
const bars = document.measured
  .filter(({ name }) => !name.includes('refusing'))
  .map(({ name, ns }): Bar => ({ name, perSecond: 1e9 / ns }));
const groups = [
  { title: 'Tokens not seen before', bars: bars.filter(({ name }) => !name.includes('repeated')) },
  {
    title: 'Repeated tokens, 10,000 in rotation',
    bars: bars.filter(({ name }) => name.includes('repeated')),
  },
];
await writeFile(resultPath('library.svg'), draw());

function draw(): string {
  let y = 0;
  const parts = groups.flatMap(({ title, bars }) => {
    const most = Math.max(...bars.map(({ perSecond }) => perSecond));
    const heading = text(0, (y += 34), title, 'font-weight="600"');
    const rows = bars.map(({ name, perSecond }) => {
      y += BAR + GAP;
      const length = (perSecond / most) * (WIDTH - LABEL - 110);
      return [
        text(LABEL - 10, y, name.replace(', repeated', ''), 'text-anchor="end"'),
        `<rect x="${LABEL}" y="${y - BAR + 6}" width="${length.toFixed(1)}" height="${BAR}" fill="${colour(name)}"/>`,
        text(LABEL + length + 8, y, `${Math.round(perSecond).toLocaleString('en')}/s`),
      ].join('');
    });
    return [heading, ...rows];
  });
  const note = text(0, y + 32, `RS256, 2048 bits, Node ${document.node}, one core`, 'fill-opacity="0.65"');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 44}" font-family="system-ui, sans-serif" font-size="14" role="img">
<title>Verifications per second of gateproof and its peers</title>
<rect width="100%" height="100%" fill="#fff"/>
${[...parts, note].join('\n')}
</svg>
`;
}

function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y}" ${attributes}>${content}</text>`;
}

function colour(name: string): string {
  if (name.startsWith('gateproof')) return '#1a7f5a';
  return name === 'crypto.verify' ? '#444' : '#9aa5b1';
}

function resultPath(name: string): string {
  return fileURLToPath(new URL(`./results/${name}`, import.meta.url));
}
