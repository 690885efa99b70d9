import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { defaultContractPath } from './default-contract-path.ts';
import { ContractError } from './errors.ts';
import type { Level, Requirement } from './requirement.ts';

/** Which rules there were when a version came out, and how binding each was. Later rules break no build that names it. */
export interface RequirementSet {
  /** `1.0` */
  readonly version: string;
  /** Whether it is out. What is out never changes. */
  readonly released: boolean;
  /** By id. */
  readonly levels: Readonly<Record<string, Level>>;
}

const schema = z.strictObject({
  released: z.boolean(),
  levels: z.record(z.string(), z.enum(['MUST', 'SHOULD', 'MAY'])),
});

/** Where the sets are, each in `<version>.json`. */
export function requirementSetFolder(): string {
  return join(dirname(defaultContractPath()), 'requirement-sets');
}

/** The versions there are, oldest first. */
export function requirementSetVersions(folder: string = requirementSetFolder()): readonly string[] {
  return readdirSync(folder)
    .flatMap((name) => /^(\d+\.\d+)\.json$/.exec(name)?.[1] ?? [])
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** @throws ContractError `unknown_requirement_set` that names the versions there are */
export function loadRequirementSet(version: string, folder: string = requirementSetFolder()): RequirementSet {
  const versions = requirementSetVersions(folder);
  if (!versions.includes(version)) {
    throw new ContractError(
      'unknown_requirement_set',
      `there is no set of requirements ${version}; there is: ${versions.join(', ')}`,
    );
  }
  const content: unknown = JSON.parse(readFileSync(join(folder, `${version}.json`), 'utf8'));
  return { version, ...schema.parse(content) };
}

/** The requirements that are in the set, with the levels they have there. */
export function freezeRequirements(
  requirements: ReadonlyMap<string, Requirement>,
  { levels }: RequirementSet,
): ReadonlyMap<string, Requirement> {
  return new Map(
    [...requirements].flatMap(([id, requirement]) => {
      const level = levels[id];
      return level === undefined ? [] : [[id, { ...requirement, level }] as const];
    }),
  );
}
