import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  freezeRequirements,
  loadRequirementSet,
  requirementSetFolder,
  requirementSetVersions,
} from './load-requirement-set.ts';
import { loadRequirements } from './load-requirements.ts';

/** SHA-256 of the sets that are out: they never change again. A set gets its line in the commit that releases it. */
const RELEASED: Readonly<Record<string, string>> = {};

const { requirements } = loadRequirements();

describe.each(requirementSetVersions())('the set of requirements %s', (version) => {
  const set = loadRequirementSet(version);

  test('names only rules that there are', () => {
    expect(Object.keys(set.levels).filter((id) => !requirements.has(id))).toEqual([]);
    expect(Object.keys(set.levels).length).toBeGreaterThan(500);
  });

  test('is as it was released, or still has every rule (else: npm run freeze)', () => {
    expect(set.released).toBe(version in RELEASED);
    const text = readFileSync(join(requirementSetFolder(), `${version}.json`));
    const present = Object.fromEntries([...requirements].map(([id, { level }]) => [id, level]));
    expect(set.released ? createHash('sha256').update(text).digest('hex') : set.levels).toEqual(
      set.released ? RELEASED[version] : present,
    );
  });
});

test('a set leaves out later rules, and keeps the levels it was made with', () => {
  const [id = '', other = ''] = requirements.keys();
  const set = { version: '9.9', released: true, levels: { [id]: 'MAY' } } as const;
  const frozen = freezeRequirements(requirements, set);
  expect([...frozen.keys()]).toEqual([id]);
  expect(frozen.get(id)?.level).toBe('MAY');
  expect(frozen.has(other)).toBe(false);
});

test('an unknown version names those there are', () => {
  expect(() => loadRequirementSet('0.9')).toThrow('there is no set of requirements 0.9; there is: 1.0');
  expect(() => loadRequirementSet('../1.0')).toThrow('there is no set of requirements ../1.0');
});
