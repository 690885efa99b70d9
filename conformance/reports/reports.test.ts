import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { resultOf } from '../testing/result.ts';
import { consoleReport } from './console.ts';
import { jsonReport } from './json.ts';
import { junitReport } from './junit.ts';
import schema from './report.schema.json' with { type: 'json' };
import { checks, reportOf } from './testing/report.ts';
import { wrap } from './wrap.ts';

test('the console shows counts by area, then what failed and how to mend it, then the verdict', () => {
  expect(consoleReport(reportOf(checks), { color: false })).toMatchInlineSnapshot(`
    "gateproof 1.2.3   http://127.0.0.1:8000   Task API

      algorithms-and-keys     1 passed   2 not testable
      claims                  1 passed   1 failed   1 warned
      authorization           1 not applicable

    Failed: 1

    ✗ iss-wrong  MUST  claims
      Title of iss-wrong
        expected  refused with 401 invalid_token
        observed  answered 200 with the identity of user-123
        request   GET /api/v1/me  Authorization: Bearer [iss-wrong]
        fix       Compare the claim before anything is done for the caller, and refuse the token where
                  it differs.
        see       RFC 7519 §4.1.4, RFC 8725 §3.10
        repeat    TOKEN=$(npx gateproof token --forge iss-wrong)
                  curl -i -H 'Accept: application/json' -H "Authorization: Bearer $TOKEN" \\
                    http://127.0.0.1:8000/api/v1/me

    Warnings: 1

    ! sub-long  SHOULD  claims
      Title of sub-long
        expected  refused with 401 invalid_token
        observed  answered ·[31m400
        fix       Compare the claim before anything is done for the caller, and refuse the token where
                  it differs.
        see       RFC 7519 §4.1.4, RFC 8725 §3.10

    Not testable: 2

      no trap & no <host>
        jku-attacker, kid-long (MAY)

    FAIL  2 passed, 1 failed, 1 warned, 2 not testable, 1 not applicable
    1 MUST failed
    "
  `);
});

test('the console says why a run is no verdict', () => {
  const text = consoleReport(reportOf([], { invalid: 'no connection to http://127.0.0.1:8000' }), {
    color: false,
  });
  expect(text).toMatchInlineSnapshot(`
    "gateproof 1.2.3   http://127.0.0.1:8000   Task API

    NO VERDICT  0 passed, 0 failed, 0 warned, 0 not testable, 0 not applicable
    no connection to http://127.0.0.1:8000
    "
  `);
});

test('the console paints only where colours are wanted, and lets no target paint', () => {
  const escape = '\u001b[';
  expect(consoleReport(reportOf(checks), { color: false })).not.toContain(escape);
  const painted = consoleReport(reportOf(checks), { color: true });
  expect(painted).toContain(escape);
  expect(painted).toContain('answered ·[31m400');
});

test('the console keeps within 100 columns', () => {
  const long = resultOf('long', { outcome: 'fail', observed: 'word '.repeat(60), remedy: 'x'.repeat(300) });
  const lines = consoleReport(reportOf([long]), { color: false }).split('\n');
  expect(lines.filter((line) => line.length > 100)).toEqual([]);
});

test('the console names no more than forty checks under one reason', () => {
  const untested = Array.from({ length: 42 }, (_, at) =>
    resultOf(`x${at}`, { outcome: 'not-testable', observed: 'gone' }),
  );
  const text = consoleReport(reportOf([...untested, resultOf('y')]), { color: false });
  expect(text).toMatch(/x39,\s+and 2 more/);
  expect(text).not.toContain('x40');
  // Where nothing could be tested, the verdict says why.
  expect(consoleReport(reportOf(untested), { color: false })).not.toContain('x1');
});

test('JUnit calls a failed MUST a failure, what could not be tested an error, a warning and the rest neither', () => {
  expect(junitReport(reportOf(checks))).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="gateproof 1.2.3: http://127.0.0.1:8000" tests="7" failures="1" errors="1" skipped="2">
      <testsuite name="algorithms-and-keys" tests="3" failures="0" errors="1" skipped="1">
        <properties>
          <property name="contract" value="Task API abababababababababababababababababababababababababababababababab"/>
        </properties>
        <testcase classname="gateproof.algorithms-and-keys" name="alg-none" time="0.012" file="openapi.yaml">
          <properties>
            <property name="level" value="MUST"/>
          </properties>
        </testcase>
        <testcase classname="gateproof.algorithms-and-keys" name="jku-attacker" time="0.012" file="openapi.yaml">
          <properties>
            <property name="level" value="MUST"/>
          </properties>
          <error message="not testable: no trap &amp; no &lt;host>" type="not-testable"/>
        </testcase>
        <testcase classname="gateproof.algorithms-and-keys" name="kid-long" time="0.012" file="openapi.yaml">
          <properties>
            <property name="level" value="MAY"/>
          </properties>
          <skipped/>
          <system-out><![CDATA[not-testable: no trap & no <host>]]></system-out>
        </testcase>
      </testsuite>
      <testsuite name="claims" tests="3" failures="1" errors="0" skipped="0">
        <properties>
          <property name="contract" value="Task API abababababababababababababababababababababababababababababababab"/>
        </properties>
        <testcase classname="gateproof.claims" name="exp-past" time="0.012" file="openapi.yaml">
          <properties>
            <property name="level" value="MUST"/>
          </properties>
        </testcase>
        <testcase classname="gateproof.claims" name="iss-wrong" time="0.012" file="openapi.yaml">
          <properties>
            <property name="level" value="MUST"/>
            <property name="operation" value="getMe"/>
          </properties>
          <failure message="answered 200 with the identity of user-123" type="MUST"><![CDATA[Title of iss-wrong
    expected: refused with 401 invalid_token
    observed: answered 200 with the identity of user-123
    request: GET /api/v1/me  Authorization: Bearer [iss-wrong]
    fix: Compare the claim before anything is done for the caller, and refuse the token where it differs.
    see: RFC 7519 §4.1.4, RFC 8725 §3.10
    repeat:
    TOKEN=$(npx gateproof token --forge iss-wrong)
    curl -i -H 'Accept: application/json' -H "Authorization: Bearer $TOKEN" \\
      http://127.0.0.1:8000/api/v1/me]]></failure>
        </testcase>
        <testcase classname="gateproof.claims" name="sub-long" time="0.012" file="openapi.yaml">
          <properties>
            <property name="level" value="SHOULD"/>
          </properties>
          <system-out><![CDATA[warning (SHOULD): answered ·[31m400
    Title of sub-long
    expected: refused with 401 invalid_token
    observed: answered ·[31m400
    fix: Compare the claim before anything is done for the caller, and refuse the token where it differs.
    see: RFC 7519 §4.1.4, RFC 8725 §3.10]]></system-out>
        </testcase>
      </testsuite>
      <testsuite name="authorization" tests="1" failures="0" errors="0" skipped="1">
        <properties>
          <property name="contract" value="Task API abababababababababababababababababababababababababababababababab"/>
        </properties>
        <testcase classname="gateproof.authorization" name="write-noauth" time="0.012" file="openapi.yaml">
          <properties>
            <property name="level" value="MUST"/>
          </properties>
          <skipped/>
          <system-out><![CDATA[not-applicable: the contract has no writes]]></system-out>
        </testcase>
      </testsuite>
    </testsuites>"
  `);
});

test('JUnit has an error of its own for a run that is no verdict', () => {
  expect(junitReport(reportOf([], { invalid: 'no connection' }))).toContain(
    '<error message="no connection" type="invalid"/>',
  );
});

test('JSON fits its published schema and comes back as it was', () => {
  const text = jsonReport(reportOf(checks));
  const validate = addFormats.default(new Ajv2020({ strict: true })).compile(schema);
  validate(JSON.parse(text));
  expect(validate.errors).toBeNull();
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(reportOf(checks))));
});

test.each([
  ['a bb ccc', 4, ['a bb', 'ccc']],
  ['', 4, ['']],
  ['abcdefghij k', 4, ['abcd', 'efgh', 'ij k']],
])('wraps %j at %i', (text, width, lines) => {
  expect(wrap(text, width)).toEqual(lines);
});
