import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { reportOf } from '../testing/report.ts';
import {
  consoleScenario,
  consoleVerdict,
  htmlLoadReport,
  jsonLoadReport,
  markdownLoadReport,
} from './index.ts';
import schema from './load-report.schema.json' with { type: 'json' };

const hostile = '<script>alert(1)</script> | "x" \u001b[31m';

test('the JSON report keeps to its schema', () => {
  const validate = new Ajv2020({ allErrors: true }).compile(schema);
  for (const report of [reportOf(), reportOf({ verdict: 'invalid', reason: 'k6 crashed', heldRate: 400 })]) {
    validate(JSON.parse(jsonLoadReport(report)));
    expect(validate.errors).toBeNull();
  }
  expect(validate({ ...reportOf(), verdict: 'fine' })).toBe(false);
});

test('the HTML report needs no network, runs no script, and shows all', () => {
  const html = htmlLoadReport(reportOf({ reason: hostile }));
  expect(html).not.toMatch(/<script|<link|<img|@import|url\(|https?:\/\/(?!127\.0\.0\.1)/);
  expect(html).toContain('&lt;script&gt;');
  for (const part of [
    'verification-p99',
    '0.21 ms',
    'key 1 signs',
    'alg-none',
    'not measured',
    '99 failed'.slice(3),
  ]) {
    expect(html).toContain(part);
  }
  expect(html.match(/<svg/g)).toHaveLength(3);
  expect(html).not.toContain('NaN');
});

test('charts of next to nothing are drawn, too', () => {
  const [result] = reportOf().scenarios;
  const requests = (result?.requests ?? []).map((each) => ({ ...each, bins: [[1, 1]] as const }));
  expect(htmlLoadReport(reportOf({ requests, timeline: [] }))).not.toContain('NaN');
});

test('the markdown report keeps its tables whole', () => {
  const markdown = markdownLoadReport(reportOf({ notes: [hostile] }));
  expect(markdown).toContain('| ✅ | verification-p99 | 0.21 ms | &lt; 10 | verification |');
  expect(markdown).not.toContain('<script');
  expect(markdown).toMatch(/^### Load: ✅ pass/);
});

test('the console shows the limits, the latencies, who was let in, and the verdict', () => {
  const report = reportOf();
  const [result] = report.scenarios;
  if (result === undefined) throw new Error('one scenario was made');
  const text = consoleScenario(result, { color: false });
  expect(text).toContain('✓ verification-p99           0.21 ms  < 10  verification');
  expect(text).toContain('? jwks-hit-rate         not measured  > 99  hit rate');
  expect(text).toContain('accepted: alg-none (1 of 3)');
  expect(consoleVerdict(report, { color: false })).toBe(
    'PASS  held: steady\ngateproof 1.2.3, k6 2.2.0, http://127.0.0.1:8000\n',
  );
});
