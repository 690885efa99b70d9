import { expect, test } from 'vitest';
import type { CheckResult, Outcome } from './model.ts';
import type { Level } from '../spec/index.ts';
import { exitCode, type RunTrouble, summarize } from './verdict.ts';

const check = (outcome: Outcome, level: Level): CheckResult => ({
  ...{
    id: `${outcome}-${level}`,
    area: 'claims',
    level,
    title: 't',
    sentence: 's',
    outcome,
    expected: 'e',
    observed: 'o',
  },
  ...{ references: [], remedy: 'r', durationMs: 0 },
});

const pass = check('pass', 'MUST');
const failedMust = check('fail', 'MUST');
const untestedMust = check('not-testable', 'MUST');
const unstarted = { ...check('not-testable', 'MUST'), id: 'unstarted', needsStart: true } as const;

test.each<[string, readonly CheckResult[], RunTrouble, 0 | 1 | 3, RegExp | undefined]>([
  ['all hold', [pass], {}, 0, undefined],
  ['a SHOULD fails', [pass, check('fail', 'SHOULD')], {}, 0, undefined],
  ['a MAY cannot be tested', [pass, check('not-testable', 'MAY')], {}, 0, undefined],
  ['a MUST does not apply', [pass, check('not-applicable', 'MUST')], {}, 0, undefined],
  ['a MUST fails', [pass, failedMust], {}, 1, /^1 MUST failed$/],
  ['a MUST fails and another cannot be tested', [failedMust, untestedMust], {}, 1, /^1 MUST failed$/],
  [
    'a MUST cannot be tested',
    [pass, untestedMust],
    {},
    3,
    /^1 MUST could not be tested, first not-testable-MUST: o/,
  ],
  ['a MUST needs a start', [pass, unstarted], {}, 3, /first unstarted: o.*--start.*--partial/],
  ['that is accepted', [pass, unstarted], { partial: true }, 0, /^1 check, 1 MUST among them, .*--partial/],
  ['that is accepted, and a MUST fails', [failedMust, unstarted], { partial: true }, 1, /^1 MUST failed$/],
  [
    'that is accepted, and a MUST cannot be tested for another reason',
    [unstarted, pass, untestedMust],
    { partial: true },
    3,
    /^1 MUST could not be tested, first not-testable-MUST/,
  ],
  ['that is accepted, and nothing else ran', [unstarted], { partial: true }, 3, /nothing is proven/],
  ['it would be accepted, and is not needed', [pass], { partial: true }, 0, undefined],
  ['nothing ran', [], {}, 3, /nothing is proven/],
  ['nothing applied', [check('not-applicable', 'MUST')], {}, 3, /nothing is proven/],
  ['the run broke off', [pass, failedMust], { invalid: 'it died' }, 3, /^it died$/],
  ['a good token is refused and a MUST fails', [failedMust], { note: 'refused' }, 1, /^refused$/],
  ['a good token is refused and nothing could fail', [untestedMust], { note: 'refused' }, 3, /^refused$/],
])('where %s', (_, checks, trouble, code, reason) => {
  const summary = summarize(checks, trouble);
  expect(exitCode(summary)).toBe(code);
  expect(summary.reason ?? '').toMatch(reason ?? /^$/);
});

test('counts every check once', () => {
  const outcomes: readonly Outcome[] = ['pass', 'fail', 'not-testable', 'not-applicable'];
  const checks = outcomes.flatMap((outcome) => [
    check(outcome, 'MUST'),
    check(outcome, 'SHOULD'),
    check(outcome, 'MAY'),
  ]);
  const { total, passed, failed, warned, notTestable, notApplicable } = summarize(checks);
  expect({ passed, failed, warned, notTestable, notApplicable }).toEqual({
    ...{ passed: 3, failed: 1, warned: 2, notTestable: 3, notApplicable: 3 },
  });
  expect(passed + failed + warned + notTestable + notApplicable).toBe(total);
});
