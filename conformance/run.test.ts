import { describe, expect, test } from 'vitest';
import { fail, pass } from './finding.ts';
import type { Check } from './model.ts';
import { SelectionError } from './selection.ts';
import { answer, good, healthy } from './testing/jose-backend.ts';
import { outcomes, ownChecks, passing, useSuite } from './testing/suite.ts';
import { exitCode } from './verdict.ts';

const { runAt, runLaunched } = useSuite();

describe('a backend that is as it should be', () => {
  test.each([
    ['started by the suite', runLaunched],
    ['running already', runAt],
  ])('passes, %s', async (_, runOn) => {
    const report = await runOn(good);
    expect(report.summary).toEqual({
      ...{ total: 7, passed: 7, failed: 0, warned: 0, accepted: 0, notTestable: 0, notApplicable: 0 },
      verdict: 'pass',
    });
    expect(exitCode(report.summary)).toBe(0);
  });

  test('tells vital stories first where it runs already, and says of each other what it needs', async () => {
    const told: string[] = [];
    const tell = (id: string, runs: Check['runs'], vital = false): Check => ({
      ...{ id, runs, vital },
      run: () => {
        told.push(id);
        return Promise.resolve(pass('x', 'y'));
      },
    });
    const startless: Check = {
      ...{ id: 'startless', runs: 'own' },
      run: async (lab) => {
        await lab.bench();
        return pass('x', 'y');
      },
    };
    const checks = [tell('a', 'alone'), tell('b', 'own'), tell('c', 'own', true), startless];
    const alone = await runAt(good, ownChecks(...checks));
    expect(told).toEqual(['c', 'a', 'b']);
    expect(exitCode(alone.summary)).toBe(3);
    expect(alone.checks.map(({ needsStart = false }) => needsStart)).toEqual([false, false, false, true]);
    const { summary } = await runAt(good, { ...ownChecks(...checks), partial: true });
    expect(summary).toMatchObject({ verdict: 'pass', partial: true, notTestable: 1 });
    expect((await runLaunched(good, { ...ownChecks(...checks), partial: true })).summary).not.toHaveProperty(
      'partial',
    );
  });

  test('gives the same report twice, but for times and ports', async () => {
    const settled = async () =>
      JSON.stringify(await runLaunched(good, { concurrency: 3 }))
        .replace(/"durationMs":[\d.]+/g, '')
        .replace(/127\.0\.0\.1:\d+/g, '')
        .replace(/"date","[^"]+"/gi, '');
    expect(await settled()).toBe(await settled());
  });
});

describe('a selection', () => {
  test.each([
    [{ only: ['alg-none'] }, ['alg-none']],
    [{ areas: ['claims'], skip: ['exp-past'] }, ['aud-missing', 'iss-wrong']],
  ])('of %j runs these and no others', async (select, ids) => {
    const report = await runLaunched(good, { select });
    expect(Object.keys(outcomes(report))).toEqual(ids);
  });

  test.each([
    [{ only: ['alg-nun'] }, 'unknown check "alg-nun"; did you mean alg-none'],
    [{ areas: ['claim'] }, 'unknown area "claim"; did you mean claims'],
    [{ level: 'must not' }, 'unknown level'],
    [{ only: ['alg-none'], skip: ['alg-none'] }, 'leaves no check'],
  ])('of %j is refused with the nearest name', async (select, message) => {
    const refused = runLaunched(good, { select });
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toBeInstanceOf(SelectionError);
  });
});

test('no token is in the report of a backend that repeats what it gets', async () => {
  const report = await runLaunched(
    healthy((request, response) =>
      answer(response, 401, { seen: request.headers.authorization, url: request.url }),
    ),
  );
  expect(JSON.stringify(report)).not.toMatch(/eyJ[\w-]{8}/);
});

test('a run that takes too long ends with a sentence, without what it did not reach, and keeps what failed', async () => {
  const endless: Check = { id: 'endless', runs: 'own', run: () => new Promise(() => undefined) };
  const failing: Check = { ...passing, id: 'failing', run: () => Promise.resolve(fail('x', 'z')) };
  for (const [check, code] of [
    [passing, 3],
    [failing, 1],
  ] as const) {
    const report = await runLaunched(good, { ...ownChecks(check, endless), runTimeoutMs: 3_000 });
    expect(report.summary.reason).toContain('the run did not end within 0.05 minutes');
    expect(outcomes(report)).toMatchObject({ endless: 'not-testable' });
    expect(exitCode(report.summary)).toBe(code);
  }
});
