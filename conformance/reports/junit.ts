import junit, { type Builder, type TestCase } from 'junit-report-builder';
import { AREAS } from '../../spec/index.ts';
import type { CheckResult, Report } from '../model.ts';
import { clean } from './clean.ts';
import { acceptedWords, detailsOf } from './details.ts';
import { isWaived } from '../verdict.ts';
import { standingOf } from './standing.ts';

// The package exports the builder itself, where its types promise a member `default`.
const root = junit as unknown as Builder;

/**
 * JUnit XML, one suite per area, as GitLab and Jenkins read it: both show a case under its `classname`, list the `message` of a
 * failure, and open its body on demand. The format knows no warnings, so a failed SHOULD or MAY passes with a note in
 * `system-out`. What could not be tested is an `error` where it is a MUST, since CI servers show `skipped` as green;
 * an accepted failure and everything else that was not judged is `skipped` with the reason.
 */
export function junitReport(report: Report): string {
  const { gateproof, target, checks, summary, contract, requirements } = report;
  const builder = root.newBuilder().name(clean(`gateproof ${gateproof}: ${target}`));
  for (const area of AREAS) {
    const results = checks.filter((check) => check.area === area);
    if (results.length === 0) continue;
    const suite = builder.testSuite().name(area);
    suite.property('contract', clean(`${contract.title} ${contract.sha256}`));
    if (requirements !== undefined) suite.property('requirements', requirements);
    for (const result of results) {
      // GitLab takes the class for the suite, and keeps only the first of two cases with one name.
      const testCase = suite.testCase().className(`gateproof.${area}`).name(result.id);
      testCase.time(result.durationMs / 1000).property('level', result.level);
      if (result.operation !== undefined) testCase.property('operation', result.operation);
      // Without a file, GitLab cannot link a case to what it is about.
      if (isLocal(contract.source)) testCase.file(contract.source);
      describe(testCase, result, report);
    }
  }
  if (summary.verdict === 'invalid') inRun(builder).name('verdict').error(reasonOf(report), 'invalid');
  if (summary.stale)
    inRun(builder)
      .name('baseline')
      .failure(clean(summary.stale.join('; ')), 'stale');
  return builder.build();
}

function inRun(builder: Builder): TestCase {
  return builder.testSuite().name('run').testCase().className('gateproof.run');
}

function reasonOf({ summary }: Report): string {
  return xmlText(clean(summary.reason ?? 'the run is no verdict'));
}

function isLocal(source: string): boolean {
  return !/^[a-z]+:\/\//i.test(source) && !source.startsWith('/');
}

function describe(testCase: TestCase, result: CheckResult, report: Report): void {
  const { outcome, level, accepted } = result;
  const observed = xmlText(clean(result.observed));
  switch (standingOf(result)) {
    case 'passed':
      return;
    case 'failed':
      testCase.failure(observed, level).stacktrace(xmlText(detailsOf(result, report)));
      return;
    case 'warned':
      testCase.standardOutput(xmlText(`warning (${level}): ${observed}\n${detailsOf(result, report)}`));
      return;
    case 'accepted':
      testCase
        .skipped()
        .standardOutput(xmlText(`accepted: ${accepted ? acceptedWords(accepted) : ''}\n${observed}`));
      return;
    case 'not-testable':
      if (level === 'MUST' && !isWaived(result, report.summary))
        testCase.error(`not testable: ${observed}`, outcome);
      else testCase.skipped().standardOutput(`${outcome}: ${observed}`);
      return;
    case 'not-applicable':
      testCase.skipped().standardOutput(`${outcome}: ${observed}`);
  }
}

/** Characters that XML 1.0 §2.2 does not have, not even escaped, would make the whole file unreadable. */
function xmlText(text: string): string {
  return (
    text
      .toWellFormed()
      .replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '·')
      .replace(/[\u007f-\u009f]/g, '·')
      // The writer puts text into a CDATA section as it is, and this would end it (XML 1.0 §2.7).
      .replaceAll(']]>', ']] >')
  );
}
