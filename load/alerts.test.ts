import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { haveTool } from '../spec/testing/tool.ts';
import { send } from '../verifier/service/testing/raw-http.ts';
import { startTestApi } from '../verifier/service/testing/api.ts';

const RULES = join(import.meta.dirname, 'alerts.yml');
const TESTS = join(import.meta.dirname, 'alerts.test.yml');

const promtool = haveTool(
  'promtool',
  spawnSync('promtool', ['--version']).status === 0,
  'promtool checks the alert rules; the package prometheus of Debian has it',
);

test.runIf(promtool).each([
  ['accepts the rules', ['check', 'rules', RULES]],
  ['sees each of them fire and stay silent as it should', ['test', 'rules', TESTS]],
])('promtool %s', (_, args) => {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, { encoding: 'utf8' });
  expect({ error, status, stderr }).toEqual({ error: undefined, status: 0, stderr: '' });
  expect(stdout).toContain('SUCCESS');
});

/** Every metric that a rule, its texts or its test names, with the labels that it is named with. */
function namedIn(text: string): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  for (const [, name = '', matchers = ''] of text.matchAll(/\b(jw(?:ks|t)_\w+)(?:\{([^}]*)\})?/g)) {
    const labels = names.get(name) ?? new Set();
    for (const [, label = ''] of matchers.matchAll(/(\w+)\s*[=!]/g)) labels.add(label);
    names.set(name, labels);
  }
  return names;
}

test('the rules and their tests name only metrics and labels that the reference API exposes', async () => {
  await using api = await startTestApi();
  expect((await send(api.url, 'GET', '/api/v1/me', { token: await api.token('ada') })).status).toBe(200);
  const { body } = await send(api.url, 'GET', '/metrics');
  const exposed = namedIn(body);
  const named = namedIn(readFileSync(RULES, 'utf8') + readFileSync(TESTS, 'utf8'));
  expect(named.size).toBeGreaterThan(4);
  const unknown = [...named].flatMap(([name, labels]) =>
    exposed.has(name) ? [...labels].filter((label) => !exposed.get(name)?.has(label)) : [name],
  );
  expect(unknown).toEqual([]);
});
