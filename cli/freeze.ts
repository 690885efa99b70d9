/**
 * `npm run freeze [-- <version>]`: writes the present requirements and their levels to
 * `spec/requirement-sets/<version>.json`; without a version, to every set that is not out yet. A tool of the project.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  loadRequirements,
  loadRequirementSet,
  requirementSetFolder,
  requirementSetVersions,
} from '../spec/index.ts';

const known = requirementSetVersions();
const isOut = (version: string): boolean => known.includes(version) && loadRequirementSet(version).released;
const asked = process.argv.slice(2);
const versions = asked.length > 0 ? asked : known.filter((version) => !isOut(version));
const wrong = versions.find((version) => !/^\d+\.\d+$/.test(version) || isOut(version));

if (wrong === undefined) {
  const byId = [...loadRequirements().requirements].sort(([a], [b]) => (a < b ? -1 : 1));
  const levels = Object.fromEntries(byId.map(([id, { level }]) => [id, level]));
  for (const version of versions) {
    const text = `${JSON.stringify({ released: false, levels }, null, 2)}\n`;
    writeFileSync(join(requirementSetFolder(), `${version}.json`), text);
    console.log(`${version}: ${byId.length} requirements`);
  }
} else {
  console.error(
    isOut(wrong) ? `${wrong} is out and does not change` : `"${wrong}" is no version such as 1.1`,
  );
  process.exitCode = 2;
}
