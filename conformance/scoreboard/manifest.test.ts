import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadRequirements } from '../../spec/index.ts';
import { loadImplementations, parseManifest } from './manifest.ts';

const KNOWN = new Set(['alg-none', 'exp-past']);
const GOOD = {
  ...{ name: 'a-gate', title: 'A gate', language: 'Go', tool: 'go', install: './install', start: './start' },
  libraries: { 'a-library': '1.0.0' },
  variants: { default: { title: 'as documented', environment: {} } },
  findings: [
    {
      checks: ['alg-none'],
      variants: ['default'],
      cause: 'library',
      sentence: 'It reads no signature.',
      source: 'its README',
    },
  ],
  withheld: ['claims'],
};
const parse = (change: object): readonly string[] =>
  parseManifest('a-gate', JSON.stringify({ ...GOOD, ...change }), KNOWN).wrong;

test('the manifest of every implementation is valid', () => {
  const folder = fileURLToPath(new URL('../implementations/', import.meta.url));
  const found = loadImplementations(folder, new Set(loadRequirements().requirements.keys()));
  expect(found.map(({ manifest }) => manifest.name)).toContain('fastapi-quickstart');
  const missing = found.flatMap(({ folder: own, manifest: { name, install, start } }) => {
    const files = readdirSync(own).map((file) => `./${file}`);
    return [install, start, './README.md']
      .filter((file) => !files.includes(file))
      .map((file) => [name, file]);
  });
  expect(missing).toEqual([]);
});

test('takes a good manifest as it is', () => {
  expect(parseManifest('a-gate', JSON.stringify(GOOD), KNOWN)).toEqual({ manifest: GOOD, wrong: [] });
});

test.each([
  ['text that is no JSON', '{', /^is not JSON/],
  ['another tool', { tool: 'ruby' }, /^tool: .*"cargo"/],
  ['a member that nobody reads', { runtime: 'go' }, /runtime/],
  ['no library', { libraries: {} }, /^libraries: must name/],
  ['no default variant', { variants: {} }, /^variants: must have the variant "default"/],
  ['a command outside the folder', { start: '/bin/sh' }, /^start: must be a path in the folder/],
  ['the name of another folder', { name: 'other' }, /^name is "other", but the folder is a-gate/],
  ['a withheld check in place of its area', { withheld: ['exp-past'] }, /^withheld\.0: .*"claims"/],
  ['an area withheld twice', { withheld: ['jwks', 'jwks'] }, /^withheld: names an area twice/],
  [
    'a finding of a check that does not exist',
    { findings: [{ ...GOOD.findings[0], checks: ['nope'] }] },
    /^findings\.0: there is no check "nope"/,
  ],
  [
    'a finding of a variant that does not exist',
    { findings: [{ ...GOOD.findings[0], variants: ['soft'] }] },
    /^findings\.0: there is no variant "soft"/,
  ],
])('says what is wrong with %s', (_, change, message) => {
  const wrong = typeof change === 'string' ? parseManifest('a-gate', change, KNOWN).wrong : parse(change);
  expect(wrong).toEqual([expect.stringMatching(message)]);
});
