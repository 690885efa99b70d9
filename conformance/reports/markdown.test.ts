import { expect, test } from 'vitest';
import { resultOf } from '../testing/result.ts';
import { markdownReport } from './markdown.ts';
import { checks, reportOf } from './testing/report.ts';

test('the summary of a job has the verdict, a table, and each failure to be opened', () => {
  const text = markdownReport(reportOf(checks));
  expect(text).toMatch(/^### ❌ Fail: Task API\n\n\*\*1 MUST failed\*\*/);
  expect(text).toContain('| Area | failed | warned | not testable | passed | not applicable |');
  expect(text).toContain('| claims | 1 | 1 |  | 1 |  |');
  expect(text).toContain('<details><summary><code>iss-wrong</code> MUST: Title of iss&#45;wrong</summary>');
  expect(text).toContain('repeat:\nTOKEN=$(npx gateproof token --forge iss-wrong)');
  expect(text.match(/<details>/g)).toHaveLength(4);
});

test('it ends below its limit, and says how much is left out', () => {
  const many = Array.from({ length: 200 }, (_, at) => resultOf(`check-${at}`, { outcome: 'fail' }));
  const text = markdownReport(reportOf(many), { maxBytes: 20_000 });
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(20_000);
  const shown = text.match(/<details>/g)?.length ?? 0;
  expect(shown).toBeGreaterThan(10);
  expect(text).toContain(`**${200 - shown} more are left out**`);
  expect(markdownReport(reportOf(many))).not.toContain('left out');
});

test('nothing a backend says is markup', () => {
  const hostile = '](https://evil.example) <img src=x> `` ``` ![a](b) | \n# heading';
  const text = markdownReport(
    reportOf([resultOf('a', { outcome: 'fail', observed: hostile, title: hostile })]),
  );
  const outside = text.replace(/^(`{3,})text\n.*?^\1$/gms, '');
  expect(outside).not.toMatch(/<img|\]\(|^# /m);
  expect(text).toContain('````text\n');
});
