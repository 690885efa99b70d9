import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../conformance/index.ts';
import { loadRequirements } from '../spec/index.ts';
import { testCommand } from './test.ts';

interface Row {
  readonly point: string;
  readonly decidedBy: string;
  readonly checks: readonly string[];
}

const document = readFileSync(new URL('../conformance/CONFIGURATION.md', import.meta.url), 'utf8');
const rows: readonly Row[] = document
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| Point') && !line.startsWith('| ---'))
  .map((line) => {
    const [, point = '', , decidedBy = '', checks = ''] = line.split('|').map((cell) => cell.trim());
    return { point, decidedBy, checks: [...checks.matchAll(/`([^`]+)`/g)].map(([, id = '']) => id) };
  });
const program = testCommandOf();
const { requirements } = loadRequirements();

function testCommandOf(): Command {
  const root = new Command();
  testCommand(root);
  return root.commands[0] ?? root;
}

const optionOf = ({ decidedBy }: Row): string | undefined => /^`(--[a-z-]+)`/.exec(decidedBy)?.[1];

test('every point names checks that there are, and how it is decided', () => {
  expect(rows.length).toBeGreaterThanOrEqual(59);
  const vague = rows.filter(
    (row) => optionOf(row) === undefined && !['either', 'contract', 'warning'].includes(row.decidedBy),
  );
  expect(vague).toEqual([]);
  const unknown = rows.flatMap(({ checks }) => checks.filter((id) => !requirements.has(id)));
  expect(unknown).toEqual([]);
  expect(rows.filter(({ checks }) => checks.length === 0)).toEqual([]);
});

test('every option in the table is one of the command, with its default', () => {
  for (const row of rows) {
    const flag = optionOf(row);
    if (flag === undefined) continue;
    const option = program.options.find(({ long }) => long === flag);
    expect(option).toBeDefined();
    const name = option?.attributeName() === 'publicPath' ? 'publicPaths' : option?.attributeName();
    const value = DEFAULT_SETTINGS[name as keyof typeof DEFAULT_SETTINGS];
    if (!(String(name) in DEFAULT_SETTINGS)) continue;
    const none = value === undefined || (Array.isArray(value) && value.length === 0);
    expect(row.decidedBy).toContain(`(${none ? 'none' : String(value)})`);
  }
});

test('every setting is in the table', () => {
  const flags = new Set(rows.map(optionOf));
  const kebab = (name: string): string =>
    `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const missing = Object.keys(DEFAULT_SETTINGS)
    .map((name) => (name === 'publicPaths' ? '--public-path' : kebab(name)))
    .filter((flag) => !flags.has(flag));
  expect(missing).toEqual([]);
});

test('what the table calls a warning fails no run, and what it leaves to the contract does', () => {
  const levels = (row: Row): readonly (string | undefined)[] =>
    row.checks.map((id) => requirements.get(id)?.level);
  const binding = rows.filter((row) => row.decidedBy === 'warning' && levels(row).includes('MUST'));
  expect(binding.map(({ point }) => point)).toEqual([]);
  const loose = rows.filter((row) => row.decidedBy === 'contract' && !levels(row).includes('MUST'));
  expect(loose.map(({ point }) => point)).toEqual([]);
});
