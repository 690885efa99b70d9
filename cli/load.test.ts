import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportOf } from '../load/testing/report.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateproof-load-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** `gateproof load` on a machine without k6. */
function load(
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const child = spawn(process.execPath, ['bin/gateproof.js', 'load', ...args], {
    env: { PATH: folder, NO_COLOR: '1' },
  });
  const output = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.err += chunk.toString()));
  return new Promise((resolve) => {
    child.on('close', (code) => {
      resolve({ code, ...output });
    });
  });
}

describe('wrong usage exits with 2 and says what to do', () => {
  test.each<[string, readonly string[], string]>([
    ['no backend', [], '--start'],
    ['no k6', ['--start', 'true'], 'go install go.k6.io/k6/v2@v2.2.0'],
    ['another machine without consent', ['http://10.0.0.1:8000'], '--allow-remote'],
    ['a name that only begins like this machine', ['http://127.0.0.1.example.com'], '--allow-remote'],
    ['a rate that is hardly meant', ['--start', 'true', '--rate', '9999'], '--unbounded'],
    ['a run that is hardly meant', ['--start', 'true', '--duration', '9999'], '--unbounded'],
    ['an unknown scenario', ['--start', 'true', '--scenario', 'stedy'], 'did you mean steady?'],
    ['an unknown threshold', ['--start', 'true', '--threshold', 'refresh-p9=1'], 'did you mean refresh-p95?'],
    [
      'a threshold that is no number',
      ['--start', 'true', '--threshold', 'drift=fast'],
      'must be a number, or off',
    ],
    ['an unknown report', ['--start', 'true', '--report', 'pdf=x'], 'json, markdown, html'],
    ['one report to compare', ['--compare', 'a.json'], '--compare takes two JSON reports'],
    ['a file that is no report', ['--compare', 'package.json', 'package.json'], 'is no JSON report of load'],
    ['several scenarios to merge', ['--merge', 'a.csv'], 'the one --scenario that was run'],
    ['a file that is not there', ['--merge', 'a.csv', '--scenario', 'steady'], 'a.csv cannot be read'],
  ])('%s', async (_, args, message) => {
    const { code, err } = await load(...args);
    expect(err).toContain(message);
    expect(code).toBe(2);
  });
});

test('two reports are compared, and what got slower than the noise makes the exit code', async () => {
  const seconds = (p99Ms: number) =>
    Array.from({ length: 8 }, (_, second) => ({
      second,
      count: 9,
      failed: 0,
      p50Ms: 1,
      p99Ms: p99Ms + (second % 2) * 0.1,
    }));
  const [before, after] = [join(folder, 'before.json'), join(folder, 'after.json')];
  await writeFile(before, JSON.stringify(reportOf({ timeline: seconds(2) })));
  await writeFile(after, JSON.stringify(reportOf({ timeline: seconds(4) })));
  const slower = await load('--compare', before, after);
  expect(slower.out).toContain('slower');
  expect(slower.code).toBe(1);
  expect((await load('--compare', after, before)).code).toBe(0);
});

test('what cannot be compared is said to be so', async () => {
  const [short, half] = [join(folder, 'short.json'), join(folder, 'half.json')];
  await writeFile(short, JSON.stringify(reportOf()));
  await writeFile(half, JSON.stringify({ scenarios: [{ scenario: 'smoke', verdict: 'pass' }] }));
  const nothing = await load('--compare', short, short);
  expect(nothing.out).toContain('both runs need 5 seconds or more');
  expect(nothing.code).toBe(3);
  const malformed = await load('--compare', short, half);
  expect(malformed.err).toContain('half.json is no JSON report of load: scenarios.0.thresholds');
  expect(malformed.code).toBe(2);
});
