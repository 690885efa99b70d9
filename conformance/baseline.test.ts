import { describe, expect, test } from 'vitest';
import { type Baseline, applyBaseline, baselineText, loadBaseline, parseBaseline } from './baseline.ts';
import type { CheckResult } from './model.ts';
import { resultOf } from './testing/result.ts';
import { exitCode, summarize } from './verdict.ts';

const REASON = 'Fixed with the next release of the gateway';
const failed = resultOf('alg-none', { outcome: 'fail', observed: 'answered 200' });
const passed = resultOf('exp-past');
const context = { known: ['alg-none', 'exp-past', 'iss-wrong'], today: '2027-03-31' };

const apply = (results: readonly CheckResult[], ...accepted: Baseline['accepted']) => {
  const applied = applyBaseline(results, { accepted }, context);
  return { ...applied, summary: summarize(applied.results, { stale: applied.stale }) };
};

describe('an accepted failure', () => {
  test('is counted as accepted, not as failed, and the run passes', () => {
    const { results, summary } = apply([failed, passed], { check: 'alg-none', reason: REASON });
    expect(results[0]).toMatchObject({ outcome: 'fail', accepted: { reason: REASON } });
    expect(summary).toMatchObject({ passed: 1, failed: 0, accepted: 1, verdict: 'pass' });
  });

  test('covers no other failure', () => {
    const other = resultOf('iss-wrong', { outcome: 'fail' });
    const { summary } = apply([failed, other], { check: 'alg-none', reason: REASON });
    expect(summary).toMatchObject({ failed: 1, accepted: 1, verdict: 'fail' });
  });

  test('is accepted on its last day, and not the day after', () => {
    const onIt = apply([failed], { check: 'alg-none', reason: REASON, until: '2027-03-31' });
    const after = apply([failed], { check: 'alg-none', reason: REASON, until: '2027-03-30' });
    expect(onIt.summary).toMatchObject({ accepted: 1, verdict: 'pass' });
    expect(after.summary).toMatchObject({ failed: 1, accepted: 0, verdict: 'fail' });
    expect(after.stale).toEqual(['alg-none was accepted until 2027-03-30']);
  });

  test('that is a warning no longer warns', () => {
    const warning = resultOf('alg-none', { outcome: 'fail', level: 'SHOULD' });
    const { summary } = apply([warning], { check: 'alg-none', reason: REASON });
    expect(summary).toMatchObject({ warned: 0, accepted: 1, verdict: 'pass' });
  });
});

describe('an entry that no longer holds fails the run, and says why', () => {
  test.each<[string, readonly CheckResult[], string, string]>([
    ['its check passes', [passed], 'exp-past', 'exp-past passes now; remove it'],
    [
      'its check does not apply',
      [passed, resultOf('alg-none', { outcome: 'not-applicable' })],
      'alg-none',
      'alg-none does not apply; remove it',
    ],
    [
      'there is no such check',
      [passed],
      'alg-nun',
      'there is no check alg-nun (did you mean alg-none?); remove it',
    ],
  ])('%s', (_, results, check, sentence) => {
    const { summary, stale } = apply(results, { check, reason: REASON });
    expect(stale).toEqual([sentence]);
    expect(summary.verdict).toBe('fail');
    expect(summary.reason).toContain(sentence);
    expect(exitCode(summary)).toBe(1);
  });

  test('but nothing is said of a check that was not run, or could not be tested', () => {
    const untested = resultOf('alg-none', { outcome: 'not-testable', level: 'SHOULD' });
    expect(apply([passed], { check: 'iss-wrong', reason: REASON }).stale).toEqual([]);
    expect(apply([passed, untested], { check: 'alg-none', reason: REASON }).stale).toEqual([]);
  });
});

describe('a baseline file', () => {
  const parse = (text: string) => parseBaseline(text, 'baseline.yaml');

  test('is read', () => {
    const text = `accepted:\n  - check: alg-none\n    reason: ${REASON}\n    until: 2027-03-31\n`;
    expect(parse(text)).toEqual({ accepted: [{ check: 'alg-none', reason: REASON, until: '2027-03-31' }] });
  });

  test.each([
    ['accepted: [', /^baseline\.yaml is not YAML/],
    ['', /it Invalid input/],
    ['accepted:\n  - check: alg-none', /alg-none\.reason must say why/],
    [
      'accepted:\n  - check: alg-none\n    reason: "  "',
      /alg-none\.reason must say why .* in 10 characters or more/,
    ],
    ['accepted:\n  - reason: because it is so', /entry 1\.check must be the id of a check/],
    [
      'accepted:\n  - {check: alg-none, reason: because it is so, until: tomorrow}',
      /alg-none\.until must be a day such as 2027-03-31/,
    ],
    [
      'accepted:\n  - {check: a, reason: because it is so}\n  - {check: a, reason: because it is so}',
      /a stands in it twice/,
    ],
  ])('is refused where it is wrong: %j', (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });

  test('that is not there is missed by name', async () => {
    await expect(loadBaseline('/none.yaml')).rejects.toThrow('/none.yaml: there is no such file');
  });

  test('is written with failed MUSTs, and is refused until the reasons are', () => {
    const warned = resultOf('iss-wrong', { outcome: 'fail', level: 'SHOULD' });
    const text = baselineText([failed, passed, warned]);
    expect(text).toMatch(/check: alg-none/);
    expect(text).not.toMatch(/exp-past|iss-wrong/);
    expect(() => parse(text)).toThrow('alg-none.reason is still to be written');
    expect(parse(text.replace(/TODO.*/, REASON)).accepted).toEqual([{ check: 'alg-none', reason: REASON }]);
  });

  test('is written anew with the reasons that were given, and without what passes now', () => {
    const earlier = [
      { check: 'alg-none', reason: REASON, until: '2027-03-31' },
      { check: 'exp-past', reason: REASON },
    ];
    expect(parse(baselineText([failed, passed], { accepted: earlier })).accepted).toEqual([earlier[0]]);
  });
});
