import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadRequirements } from '../spec/index.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const IMPLEMENTATIONS = join(ROOT, 'conformance/implementations');
const page = readFileSync(join(ROOT, 'docs/fastapi-repaired.md'), 'utf8');
const { requirements } = loadRequirements();

/** The names in code spans, which is how the page names a check. */
const named = new Set([...page.matchAll(/`([a-z0-9]+(?:-[a-z0-9]+)+)`/g)].map(([, name = '']) => name));

test('the page on the repaired quickstart names every MUST that its committed verdict fails', () => {
  const failed = failedMusts();
  expect(failed.length).toBeGreaterThan(80);
  expect(failed.filter((id) => !named.has(id))).toEqual([]);
});

interface Judged {
  readonly checks: readonly { readonly id: string; readonly level: string; readonly outcome: string }[];
}

/** From the verdict of the scoreboard, or from a report of the suite where that is what is committed. */
function failedMusts(): readonly string[] {
  const folder = join(IMPLEMENTATIONS, 'fastapi-quickstart');
  const verdict = join(folder, 'verdict.json');
  const { checks } = existsSync(verdict)
    ? (parse(verdict) as { readonly variants: { readonly default: Judged } }).variants.default
    : (parse(join(folder, 'report.json')) as Judged);
  return checks.flatMap(({ id, level, outcome }) => (level === 'MUST' && outcome === 'fail' ? [id] : []));
}

function parse(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

test('every check that the page says has found a fault is a check of the suite', () => {
  const found = [...page.matchAll(/^Found by (.*?)\.$/gms)].flatMap(([, list = '']) =>
    [...list.matchAll(/`([^`]+)`/g)].map(([, id = '']) => id),
  );
  expect(found.length).toBeGreaterThan(100);
  expect(found.filter((id) => !requirements.has(id))).toEqual([]);
});

test('every place that the page refers to has its link', () => {
  const prose = page.replace(/^```.*?^```$/gms, '').replace(/`[^`\n]*`/g, '');
  const places = [...prose.matchAll(/\[([^\]]+)\](?!:)/g)].map(([, place = '']) => place);
  const links = new Map(
    [...page.matchAll(/^\[([^\]]+)\]: (\S+)$/gm)].map(([, place = '', link = '']) => [place, link]),
  );
  expect(new Set(links.keys())).toEqual(new Set(places));
  expect([...links.values()].filter((link) => !existsSync(join(ROOT, 'docs', link)))).toEqual([]);
});

test('each fault has a row in the table of the page, with the check that shows it', () => {
  const rows = [...page.matchAll(/^\| (\d+) +\| (.*?) +\| `([^`]+)`/gm)].map(([, number, fault, check]) => [
    `${number ?? ''}. ${fault ?? ''}`,
    check,
  ]);
  const sections = [...page.matchAll(/^## (\d+\. .*)\n(?:(?!^## ).*\n)*?Found by `([^`]+)`/gm)];
  expect(rows.length).toBeGreaterThan(15);
  expect(sections.map(([, fault, check]) => [fault, check])).toEqual(rows);
});

test('each line of code on the page stands in the sources of the repaired quickstart', () => {
  const folder = join(IMPLEMENTATIONS, 'fastapi-repaired/src');
  const sources = globSync('**/*.py', { cwd: folder }).map((file) =>
    readFileSync(join(folder, file), 'utf8'),
  );
  const lines = new Set(sources.flatMap((source) => source.split('\n').map((line) => line.trim())));
  const quoted = [...page.matchAll(/^```python\n(.*?)^```$/gms)].flatMap(([, block = '']) =>
    block.trim().split('\n'),
  );
  expect(quoted.length).toBeGreaterThan(20);
  expect(quoted.filter((line) => !lines.has(line.trim()))).toEqual([]);
});
