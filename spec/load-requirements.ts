import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { defaultContractPath } from './default-contract-path.ts';
import { ContractError } from './errors.ts';
import { AREAS } from './requirement.ts';
import type { Area, ExcludedRequirement, Level, Requirement } from './requirement.ts';

/** Everything in `spec/requirements`: what the suite checks, and what it leaves out with the reason. */
export interface Requirements {
  /** By id, in the order of areas and then of the file. */
  readonly requirements: ReadonlyMap<string, Requirement>;
  readonly excluded: readonly ExcludedRequirement[];
}

const levels: readonly Level[] = ['MUST', 'SHOULD', 'MAY'];
const text = z.string('must be text').regex(/^\S(.*\S)?$/s, 'must be text without blanks at its ends');
const id = z.string('must be text').regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be kebab-case, e.g. "alg-none"');
const title = text.refine((value) => !value.endsWith('.'), 'must not end with a full stop');

const requirementEntry = z
  .strictObject({
    id,
    level: z.enum(levels, `must be one of ${levels.join(', ')}`),
    title,
    sentence: text,
    references: z.array(text).min(1, 'must name at least one source'),
    remedy: text,
  })
  .refine(({ level, sentence }) => new RegExp(`\\b${level}\\b`).test(sentence), {
    path: ['sentence'],
    error: 'must contain the word of its level (MUST, SHOULD or MAY)',
  });

const excludedEntry = z.strictObject({
  id,
  title,
  excluded: text.min(20, 'must give the reason in at least 20 characters'),
});

/**
 * Reads `spec/requirements/<area>.yaml`, each a list of entries with `id, level, title, sentence, references, remedy`,
 * or `id, title, excluded` where a rule has no check.
 *
 * @param directory where the files are; default: those of the package
 * @throws ContractError `invalid_requirement` that names file, entry and member; `unreadable`
 */
export function loadRequirements(directory?: string): Requirements {
  const folder = directory ?? join(dirname(defaultContractPath()), 'requirements');
  const files = listFiles(folder);
  const requirements = new Map<string, Requirement>();
  const excluded: ExcludedRequirement[] = [];
  const fileOfId = new Map<string, string>();
  for (const area of AREAS.filter((name) => files.includes(`${name}.yaml`))) {
    const file = `${area}.yaml`;
    for (const { place, entry } of readEntries(join(folder, file), file)) {
      const parsed = parseEntry(entry, area, place);
      const earlier = fileOfId.get(parsed.id);
      if (earlier !== undefined) {
        throw wrong(`${place}.id`, `is used before, in ${earlier}; an id is unique over all files`);
      }
      fileOfId.set(parsed.id, file);
      if ('excluded' in parsed) excluded.push(parsed);
      else requirements.set(parsed.id, parsed);
    }
  }
  return { requirements, excluded };
}

function listFiles(folder: string): readonly string[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch (cause) {
    throw new ContractError('unreadable', `${folder}: the folder of requirements cannot be read`, { cause });
  }
  const files = names.filter((name) => /\.ya?ml$/.test(name));
  const stranger = files.find((name) => !AREAS.some((area) => name === `${area}.yaml`));
  if (stranger !== undefined) {
    throw wrong(stranger, `is the file of no area; the areas are ${AREAS.join(', ')}, each in <area>.yaml`);
  }
  return files;
}

function readEntries(path: string, file: string): readonly { place: string; entry: object }[] {
  const document = parseDocument(readFileSync(path, 'utf8'));
  const fault = document.errors[0];
  if (fault !== undefined) throw wrong(file, `is not YAML: ${fault.message}`);
  const content: unknown = document.toJS();
  if (!Array.isArray(content)) throw wrong(file, 'must be a list of entries, each beginning with "- id: …"');
  return content.map((entry: unknown, index) => {
    const place = `${file}[${index}]`;
    if (typeof entry !== 'object' || entry === null) {
      throw wrong(place, 'must be an entry with members id, title, …');
    }
    return { place: 'id' in entry && typeof entry.id === 'string' ? `${place} (${entry.id})` : place, entry };
  });
}

function parseEntry(entry: object, area: Area, place: string): Requirement | ExcludedRequirement {
  const result = ('excluded' in entry ? excludedEntry : requirementEntry).safeParse(entry);
  if (result.success) return { ...result.data, area };
  const issue = result.error.issues[0];
  throw wrong([place, ...(issue?.path ?? [])].join('.'), issue?.message ?? 'is wrong');
}

function wrong(place: string, problem: string): ContractError {
  return new ContractError('invalid_requirement', `requirements/${place}: ${problem}`);
}
