import { AREAS, type Area } from '../../spec/index.ts';
import type { Implementation, ManifestFinding } from './manifest.ts';
import { type Counts, score, totalOf, type VariantVerdict, type Verdict } from './verdict.ts';

/** An implementation and what the suite said of it. */
export interface Judged extends Implementation {
  readonly verdict: Verdict;
}

const INTRODUCTION = `# Scoreboard

The conformance suite on well-known libraries, each wired the way its own documentation shows. \`default\` leaves what the
library decides at its defaults; \`hardened\` has the documented settings that repair what the suite found. What is not the
library's business (routes, owner rule, error bodies) is written for this purpose and keeps the contract, so that a failure
says something about the library. A library that leaves a rule to the application does what it says; the failure then tells
what the application still has to do.

A cell says how many of the MUSTs of an area pass, of those that apply. What could not be tested counts as not passed.
\`withheld\` stands for failures that look like a vulnerability nobody has published yet: its makers are told first.

\`npm run scoreboard\` builds and runs everything and writes this file; nothing in it is written by hand.
`;

/** `SCOREBOARD.md`: every variant by area, the versions, and what was found. */
export function scoreboardMarkdown(judged: readonly Judged[]): string {
  const sorted = [...judged].sort((a, b) => (a.manifest.title < b.manifest.title ? -1 : 1));
  return [
    INTRODUCTION,
    table(
      ['Implementation', 'Language', 'Variant', 'MUSTs', ...AREAS],
      ['---', '---', '---', '--:', ...AREAS.map(() => '--:')],
      sorted.flatMap(rowsOf),
    ),
    '\n## What the variants set, and of which versions\n',
    table(
      ['Implementation', 'Variants', 'Versions', 'Every check that did not pass'],
      ['---', '---', '---', '---'],
      sorted.map(({ manifest: { name, title, variants }, verdict: { libraries } }) => [
        link(title, `implementations/${name}/README.md`),
        Object.entries(variants)
          .map(([variant, { title: what }]) => `${variant}: ${what}`)
          .join('; '),
        Object.entries(libraries)
          .map(([library, version]) => `${library} ${version}`)
          .join(', '),
        link('verdict.json', `implementations/${name}/verdict.json`),
      ]),
    ),
    '\n## What was found\n',
    ...sorted.flatMap(({ manifest: { title, findings } }) =>
      findings.length === 0 ? [] : [`### ${title}\n\n${findings.map(findingItem).join('\n')}\n`],
    ),
    `## Run one yourself

    npx gateproof test --start conformance/implementations/<name>/start
    npm run scoreboard -- <name>
`,
  ].join('\n');
}

function rowsOf({ manifest: { name, title, language }, verdict }: Judged): readonly (readonly string[])[] {
  return Object.entries(verdict.variants).map(([variant, one]) => [
    link(title, `implementations/${name}/README.md`),
    language,
    variant,
    `**${cell(totalOf(one, 'MUST'))}**`,
    ...AREAS.map((area) => areaCell(one, area)),
  ]);
}

function areaCell(verdict: VariantVerdict, area: Area): string {
  return cell(totalOf(verdict, 'MUST', area));
}

function cell(counts: Counts): string {
  return counts.withheld > 0 ? `${score(counts)}, withheld` : score(counts);
}

function findingItem({ checks, variants, cause, sentence, source }: ManifestFinding): string {
  const ids = checks.map((id) => `\`${id}\``).join(', ');
  const whose = cause === 'library' ? 'the library' : 'what its documentation shows';
  return `- ${sentence} (${ids}; ${variants.join(', ')}; ${whose}) Source: ${linked(source)}`;
}

/** A source as Markdown: what is an address becomes a link. */
function linked(source: string): string {
  return source.replaceAll(/https?:\/\/[^\s,;)]+/g, '<$&>');
}

function link(text: string, target: string): string {
  return `[${text}](${target})`;
}

function table(
  head: readonly string[],
  rule: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  return [head, rule, ...rows]
    .map((cells) => `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}
