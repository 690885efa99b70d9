import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { barChart, COLOURS } from './bars.ts';
import type { Bar } from './bars.ts';
import { breakpointPicture } from './breakpoint-picture.ts';
import { withTable } from './breakpoint-results.ts';
import type { Results } from './breakpoint-results.ts';
import type { Measured } from './rounds.ts';

/**
 * `npm run bench:picture`: draws `results/library.svg` and `results/breakpoint.svg` from the figures beside them, and writes
 * the table of the breakpoints in `README.md`.
 */

await writeFile(resultPath('library.svg'), libraryPicture(await read('library.json')));
const breakpoint = await read<Results>('breakpoint.json');
await writeFile(resultPath('breakpoint.svg'), breakpointPicture(breakpoint));
const readme = fileURLToPath(new URL('./README.md', import.meta.url));
await writeFile(readme, withTable(await readFile(readme, 'utf8'), breakpoint));

function libraryPicture({
  node,
  measured,
}: {
  readonly node: string;
  readonly measured: readonly Measured[];
}): string {
  const bars = measured.filter(({ name }) => !name.includes('refusing'));
  const toBar = ({ name, ns }: Measured): Bar => ({
    name: name.replace(', repeated', ''),
    perSecond: 1e9 / ns,
    colour: colour(name),
  });
  return barChart({
    title: 'Verifications per second of gateproof and its peers',
    groups: [
      {
        title: 'Tokens not seen before',
        bars: bars.filter(({ name }) => !name.includes('repeated')).map(toBar),
      },
      {
        title: 'Repeated tokens, 10,000 in rotation',
        bars: bars.filter(({ name }) => name.includes('repeated')).map(toBar),
      },
    ],
    note: `RS256, 2048 bits, Node ${node}, one core`,
    label: 190,
  });
}

function colour(name: string): string {
  if (name.startsWith('gateproof')) return COLOURS.ours;
  return name === 'crypto.verify' ? COLOURS.yardstick : COLOURS.peer;
}

async function read<Document>(name: string): Promise<Document> {
  return JSON.parse(await readFile(resultPath(name), 'utf8')) as Document;
}

function resultPath(name: string): string {
  return fileURLToPath(new URL(`./results/${name}`, import.meta.url));
}
