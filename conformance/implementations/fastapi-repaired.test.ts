import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Report } from '../model.ts';
import { haveTool } from '../../spec/testing/tool.ts';

const python = haveTool(
  'python',
  spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))']).status === 0,
  'the repaired FastAPI quickstart needs Python 3.11 or newer',
);

test.runIf(python)('the repaired quickstart holds every MUST', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gateproof-'));
  try {
    const file = path.join(folder, 'report.json');
    const backend = path.join(import.meta.dirname, 'fastapi-repaired');
    const installed = spawnSync(path.join(backend, 'install'), { stdio: 'inherit' });
    expect(installed.status, 'install').toBe(0);
    const bin = path.join(import.meta.dirname, '../../bin/gateproof.js');
    const options = ['--cors-origin', 'http://localhost:3000', '--report', `json=${file}`];
    const run = spawnSync(
      process.execPath,
      [bin, 'test', '--start', `'${path.join(backend, 'start')}'`, ...options],
      { encoding: 'utf8' },
    );
    expect(run.status, run.stdout.slice(-2000) + run.stderr.slice(-2000)).toBe(0);

    const { summary, checks } = JSON.parse(readFileSync(file, 'utf8')) as Report;
    expect(summary.verdict).toBe('pass');
    // What could not be tested fails no run, but a repair that nobody has tried proves nothing.
    expect(
      checks.filter(({ level, outcome }) => level === 'MUST' && /^(fail|not-testable)$/.test(outcome)),
    ).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
