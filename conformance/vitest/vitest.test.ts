import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';

interface Assertion {
  readonly title: string;
  readonly status: string;
  readonly ancestorTitles: readonly string[];
  readonly failureMessages: readonly string[];
}

interface Run {
  readonly code: number | null;
  /** What the JUnit reporter of Vitest says, which has annotations. */
  readonly text: string;
  /** By the id of the check. */
  readonly tests: ReadonlyMap<string, Assertion>;
}

/** Vitest, in a process of its own, on one file of the fixture project. */
async function runProject(file: string): Promise<Run> {
  const folder = fileURLToPath(new URL('./testing', import.meta.url));
  const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
  const scratch = await mkdtemp(join(tmpdir(), 'gateproof-vitest-'));
  try {
    const path = join(scratch, 'report.json');
    const junit = join(scratch, 'report.xml');
    const outputs = [`--outputFile.json=${path}`, `--outputFile.junit=${junit}`];
    const args = ['run', '--reporter=json', '--reporter=junit', ...outputs, file];
    const child = spawn(process.execPath, [vitest, ...args], {
      cwd: folder,
      env: { PATH: process.env['PATH'] },
      stdio: 'ignore',
    });
    const [code] = (await once(child, 'close')) as [number | null];
    const text = await readFile(junit, 'utf8');
    const { testResults } = JSON.parse(await readFile(path, 'utf8')) as {
      testResults: readonly { assertionResults: readonly Assertion[] }[];
    };
    const assertions = testResults.flatMap(({ assertionResults }) => assertionResults);
    const tests = new Map(assertions.map((each) => [each.title.split(':')[0] ?? '', each]));
    return { code, text, tests };
  } finally {
    await rm(scratch, { recursive: true });
  }
}

describe('every check is a test', () => {
  let run: Run;
  beforeAll(async () => {
    run = await runProject('outcomes.fixture.ts');
  }, 60_000);
  const statusOf = (id: string) => run.tests.get(id)?.status;

  test('under its area, with its title', () => {
    const { title, ancestorTitles } = run.tests.get('alg-none') ?? {};
    expect(ancestorTitles).toEqual(['gateproof', 'algorithms-and-keys']);
    expect(title).toMatch(/^alg-none: \S/);
  });

  test('that fails where a MUST failed, with what to do, and no stack', () => {
    const [message = ''] = run.tests.get('alg-none')?.failureMessages ?? [];
    expect(statusOf('alg-none')).toBe('failed');
    expect(message).toMatch(/answered 200.*expected: refused.*fix: .*see: RFC/s);
    expect(message).not.toMatch(/\n\s+at /);
    expect(run.code).toBe(1);
  });

  test('that fails where a MUST could not be tested, and is skipped where it is no MUST', () => {
    expect(statusOf('exp-past')).toBe('failed');
    expect(run.tests.get('exp-past')?.failureMessages[0]).toContain(
      'not testable: there is no way to see it',
    );
    expect(statusOf('sub-long')).toBe('skipped');
  });

  test('that passes with a warning where a SHOULD failed', () => {
    expect(statusOf('exp-within-leeway')).toBe('passed');
    expect(run.text).toMatch(/<property name="warning" value="SHOULD: answered 401/);
  });

  test('that passes where the rule holds, and is skipped where it does not apply', () => {
    expect(statusOf('jws-control')).toBe('passed');
    expect(statusOf('write-noauth')).toBe('skipped');
  });
});

test('a command starts the backend, a baseline accepts, and a version names the rules', async () => {
  const { tests, code } = await runProject('command.fixture.ts');
  expect([...tests].map(([id, { status }]) => [id, status])).toEqual([
    ['the run is a verdict, and the baseline holds', 'passed'],
    ['auth-missing', 'passed'],
    ['alg-none', 'failed'],
    ['exp-past', 'skipped'],
  ]);
  expect(code).toBe(1);
}, 60_000);
