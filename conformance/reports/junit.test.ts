import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { resultOf } from '../testing/result.ts';
import { junitReport } from './junit.ts';
import { checks, reportOf } from './testing/report.ts';

const xsd = readFileSync(new URL('./testing/junit.xsd', import.meta.url), 'utf8');

async function faultsOf(contents: string): Promise<readonly string[]> {
  const xml = { fileName: 'report.xml', contents };
  const { errors } = await validateXML({ xml, schema: { fileName: 'junit.xsd', contents: xsd } });
  return errors.map(({ message }) => message);
}

const accepted = resultOf('aud-wrong', {
  outcome: 'fail',
  accepted: { reason: 'Later', until: '2027-01-31' },
});

test('JUnit is what Jenkins and GitLab read', async () => {
  const report = reportOf([...checks, accepted], { stale: ['exp-past passes now; remove it'] });
  expect(await faultsOf(junitReport(report))).toEqual([]);
  expect(await faultsOf(junitReport(reportOf([], { invalid: 'no connection' })))).toEqual([]);
  expect(await faultsOf('<testsuites><testsuite name="a"/></testsuites>')).not.toEqual([]);
  const twice = junitReport(reportOf([resultOf('twice'), resultOf('twice')]));
  expect(await faultsOf(twice)).toEqual([expect.stringContaining('Duplicate key-sequence')]);
});

test('JUnit stays readable whatever a backend answers', async () => {
  const observed = 'a\u0000b\u001b[31m ]]> \ud800 <x> & "\u000b\ufffe';
  const hostile = (['fail', 'not-testable', 'not-applicable'] as const).flatMap((outcome) =>
    (['MUST', 'SHOULD'] as const).map((level) =>
      resultOf(`${outcome}-${level}`, { outcome, level, observed }),
    ),
  );
  expect(await faultsOf(junitReport(reportOf(hostile, { invalid: observed })))).toEqual([]);
});

test('JUnit skips an accepted failure with its reason, and fails for an entry that no longer holds', () => {
  const xml = junitReport(reportOf([accepted], { stale: ['exp-past passes now; remove it'] }));
  expect(xml).toMatch(/name="aud-wrong".*<skipped\/>.*accepted: Later \(until 2027-01-31\)/s);
  expect(xml).toContain('<failure message="exp-past passes now; remove it" type="stale"/>');
});
