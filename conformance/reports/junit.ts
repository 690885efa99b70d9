import junit, { type Builder, type TestCase } from 'junit-report-builder';
import { AREAS } from '../../spec/index.ts';
import type { CheckResult, Report } from '../model.ts';
import { requestLine } from './request-line.ts';

// The package exports the builder itself, where its types promise a member `default`.
const root = junit as unknown as Builder;

/**
 * JUnit XML, one suite per area. The format knows no warnings, so a failed SHOULD or MAY passes with a note in
 * `system-out`. What could not be tested is an `error` where it is a MUST, since CI servers show `skipped` as green;
 * everything else that was not judged is `skipped` with the reason.
 */
export function junitReport({ gateproof, target, checks, summary }: Report): string {
  const builder = root.newBuilder().name(`gateproof ${gateproof}: ${target}`);
  for (const area of AREAS) {
    const results = checks.filter((check) => check.area === area);
    if (results.length === 0) continue;
    const suite = builder.testSuite().name(area);
    for (const result of results) {
      // GitLab takes the class for the suite, and keeps only the first of two cases with one name.
      const testCase = suite.testCase().className(`gateproof.${area}`).name(result.id);
      testCase.time(result.durationMs / 1000).property('level', result.level);
      describe(testCase, result);
    }
  }
  if (summary.verdict === 'invalid') {
    const testCase = builder.testSuite().name('run').testCase().className('gateproof.run').name('verdict');
    testCase.error(summary.reason ?? 'the run is no verdict', 'invalid');
  }
  return builder.build();
}

function describe(testCase: TestCase, result: CheckResult): void {
  const { outcome, level, observed } = result;
  if (outcome === 'fail' && level === 'MUST') {
    testCase.failure(observed, level).stacktrace(details(result));
  } else if (outcome === 'fail') {
    testCase.standardOutput(`warning (${level}): ${observed}\n${details(result)}`);
  } else if (outcome === 'not-testable' && level === 'MUST') {
    testCase.error(`not testable: ${observed}`, outcome);
  } else if (outcome !== 'pass') {
    testCase.skipped().standardOutput(`${outcome}: ${observed}`);
  }
}

function details({ title, expected, observed, remedy, references, exchange }: CheckResult): string {
  return [
    title,
    `expected: ${expected}`,
    `observed: ${observed}`,
    ...(exchange ? [`request: ${requestLine(exchange)}`] : []),
    `fix: ${remedy}`,
    `see: ${references.join(', ')}`,
  ].join('\n');
}
