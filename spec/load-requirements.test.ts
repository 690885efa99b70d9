import { describe, expect, it } from 'vitest';
import { ContractError } from './errors.ts';
import { loadRequirements } from './load-requirements.ts';
import { AREAS } from './requirement.ts';
import { createScratch } from './testing/scratch.ts';

const entry = {
  id: 'alg-none',
  level: 'MUST',
  title: 'Refuses an unsigned token',
  sentence: 'An unsigned token MUST be refused.',
  references: ['RFC 8725 §3.2'],
  remedy: 'Accept RS256 alone.',
};
const left = {
  id: 'alg-secret',
  title: 'Guesses the secret',
  excluded: 'There is no secret to guess in RS256.',
};

/** The message of a folder with these files. */
async function messageOf(files: Readonly<Record<string, unknown>>): Promise<string> {
  await using scratch = await createScratch();
  for (const [name, content] of Object.entries(files)) await scratch.write(name, content);
  try {
    loadRequirements(scratch.folder);
  } catch (error) {
    if (error instanceof ContractError && error.code === 'invalid_requirement') return error.message;
    throw error;
  }
  return 'no error';
}

describe('loadRequirements', () => {
  it('reads the entries of every area in the order of areas, whatever is there', async () => {
    await using scratch = await createScratch();
    await scratch.write('claims.yaml', [{ ...entry, id: 'exp-past' }, left]);
    await scratch.write('token-form.yaml', [{ ...entry, id: 'two-dots' }]);
    await scratch.write('README.md', 'Not an area.');
    const { requirements, excluded } = loadRequirements(scratch.folder);
    expect([...requirements]).toEqual([
      ['two-dots', { ...entry, id: 'two-dots', area: 'token-form' }],
      ['exp-past', { ...entry, id: 'exp-past', area: 'claims' }],
    ]);
    expect(excluded).toEqual([{ ...left, area: 'claims' }]);
  });

  it.each([
    [
      'an id that is not kebab-case',
      { id: 'Alg_None' },
      '[0] (Alg_None).id: must be kebab-case, e.g. "alg-none"',
    ],
    ['no id', { id: undefined }, '[0].id: '],
    ['a level of no standard', { level: 'must' }, '[0] (alg-none).level: must be one of MUST, SHOULD, MAY'],
    [
      'a sentence without its level',
      { level: 'SHOULD' },
      '[0] (alg-none).sentence: must contain the word of its level (MUST, SHOULD or MAY)',
    ],
    ['a level inside another word', { sentence: 'It MUSTard be.' }, '[0] (alg-none).sentence: must contain'],
    [
      'a title with a full stop',
      { title: 'Refuses it.' },
      '[0] (alg-none).title: must not end with a full stop',
    ],
    ['a title of blanks', { title: ' ' }, '[0] (alg-none).title: must be text'],
    ['no reference', { references: [] }, '[0] (alg-none).references: must name at least one source'],
    ['an empty reference', { references: ['RFC 7519', ''] }, '[0] (alg-none).references.1: must be text'],
    ['no remedy', { remedy: undefined }, '[0] (alg-none).remedy: '],
    ['an unknown member', { severity: 'high' }, '[0] (alg-none): '],
    ['an area beside that of its file', { area: 'jwks' }, '[0] (alg-none): '],
    ['a reason that is none', { ...left, excluded: 'No.' }, '[0] (alg-secret)'],
  ])('names file, entry and member: %s', async (_, changes, message) => {
    expect(await messageOf({ 'jwks.yaml': [{ ...entry, ...changes }] })).toContain(
      `requirements/jwks.yaml${message}`,
    );
  });

  it('names the reason that is too short', async () => {
    const message = await messageOf({ 'jwks.yaml': [entry, { ...left, excluded: 'No.' }] });
    expect(message).toBe(
      'requirements/jwks.yaml[1] (alg-secret).excluded: must give the reason in at least 20 characters',
    );
  });

  it('refuses an id that stands in two files, and names both', async () => {
    expect(await messageOf({ 'claims.yaml': [entry], 'jwks.yaml': [left, { ...entry }] })).toBe(
      'requirements/jwks.yaml[1] (alg-none).id: is used before, in claims.yaml; an id is unique over all files',
    );
    expect(await messageOf({ 'jwks.yaml': [left, { ...entry, id: left.id }] })).toContain(
      'used before, in jwks.yaml',
    );
  });

  it.each([
    ['algorithm.yaml', [entry]],
    ['claims.yml', [entry]],
  ])('refuses a file of no area: %s', async (name, content) => {
    expect(await messageOf({ [name]: content })).toContain(`requirements/${name}: is the file of no area`);
  });

  it.each([
    ['a: [', 'is not YAML'],
    ['a: 1', 'must be a list of entries'],
    ['', 'must be a list of entries'],
    ['- alg-none', '[0]: must be an entry'],
    ['- id: a\n  id: b\n', 'is not YAML'],
  ])('refuses a file that is no list of entries: %j', async (text, problem) => {
    expect(await messageOf({ 'jwks.yaml': text })).toMatch(
      new RegExp(`^requirements/jwks\\.yaml.*${problem.replace(/[[\]]/g, '\\$&')}`),
    );
  });

  it('says which folder is missing', () => {
    expect(() => loadRequirements('no/such/folder')).toThrow(
      'no/such/folder: the folder of requirements cannot be read',
    );
  });
});

describe('the packaged requirements', () => {
  const { requirements, excluded } = loadRequirements();

  it('cover every area', () => {
    const areas = new Set([...requirements.values()].map(({ area }) => area));
    expect([...areas].sort()).toEqual([...AREAS].sort());
  });

  it('exclude nothing that they demand', () => {
    expect(excluded.filter(({ id }) => requirements.has(id))).toEqual([]);
  });
});
