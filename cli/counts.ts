/**
 * `npm run counts`: the requirements by area and level, the forged tokens, the mutants, and each exclusion with its
 * reason, as Markdown. A tool of the project, not a command of the package.
 */
import { mutants } from '../conformance/mutants/index.ts';
import { forgeries } from '../mock-idp/index.ts';
import { AREAS, loadRequirements } from '../spec/index.ts';

const LEVELS = ['MUST', 'SHOULD', 'MAY'] as const;

const { requirements, excluded } = loadRequirements();
const all = [...requirements.values()];
const counts = (area?: string): readonly number[] => {
  const inArea = all.filter((requirement) => area === undefined || requirement.area === area);
  return [...LEVELS.map((level) => inArea.filter((one) => one.level === level).length), inArea.length];
};
const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

console.log(
  [
    row(['Area', ...LEVELS, 'All', 'Excluded']),
    row(['---', '--:', '--:', '--:', '--:', '--:']),
    ...AREAS.map((area) => row([area, ...counts(area), excluded.filter((one) => one.area === area).length])),
    row(['all', ...counts(), excluded.length]),
    '',
    `${forgeries.length} forged tokens, ${Object.keys(mutants).length} mutants.`,
    '',
    ...excluded.map(({ id, excluded: reason }) => `- \`${id}\`: ${reason}`),
  ].join('\n'),
);
