import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Report } from '../model.ts';

const BIN = path.join(import.meta.dirname, '../../bin/gateproof.js');

/** Runs the suite on one of the backends as its team would. */
function judge(name: string, args: readonly string[], bug = ''): Report {
  const folder = mkdtempSync(path.join(tmpdir(), 'gateproof-'));
  try {
    const file = path.join(folder, 'report.json');
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [BIN, 'test', ...args, '--report', `json=${file}`],
      { encoding: 'utf8', cwd: path.join(import.meta.dirname, name), env: { ...process.env, BUG: bug } },
    );
    expect(stdout + stderr).toContain('gateproof');
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What each needs beside its document, and bugs with checks that must find them. */
const APIS = [
  {
    name: 'problem-details',
    shape: 'problem details (RFC 9457), 404 for what is foreign, and nothing but its document',
    args: ['--contract', 'openapi.json', '--start', './start'],
    bugs: { 'foreign-visible': ['cross-get', 'cross-post'], 'expiry-ignored': ['exp-past', 'exp-just-past'] },
  },
  {
    name: 'detail-bodies',
    shape: '{"detail"} bodies, OpenAPI 3.0, numeric ids, and an owner that its document does not name',
    args: [],
    bugs: { 'foreign-writable': ['cross-post'], 'expiry-ignored': ['exp-past'] },
  },
  {
    name: 'organisations',
    shape: 'organisations that own what all their members share',
    args: [],
    bugs: { 'org-of-path': ['cross-get', 'cross-post'], 'expiry-ignored': ['exp-past'] },
  },
] as const;

describe.each(APIS)('$name: $shape', ({ name, args, bugs }) => {
  test('passes its own contract', () => {
    const { summary, checks } = judge(name, args);
    const open = checks.filter(({ outcome }) => outcome === 'fail' || outcome === 'not-testable');
    expect(open.map(({ id, observed }) => `${id}: ${observed}`)).toEqual([]);
    expect(summary.verdict, summary.reason).toBe('pass');
    // What does not apply is little: the suite is not blind to an API of another shape.
    expect(summary.passed).toBeGreaterThan(480);
  });

  test.each(Object.entries(bugs))('fails with the bug %s', (bug, ids) => {
    const only = ids.flatMap((id) => ['--only', id]);
    const { summary, checks } = judge(name, [...args, ...only, '--only', 'jws-control'], bug);
    expect(summary.verdict).toBe('fail');
    const failed = checks.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id);
    expect(failed).toEqual([...ids].sort());
  });
});
