import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { createScratch } from '../../spec/testing/scratch.ts';
import type { Report } from '../model.ts';
import { resultOf } from '../testing/result.ts';
import { locateContract } from './contract-places.ts';
import { sarifReport } from './sarif.ts';
import { checks, reportOf } from './testing/report.ts';

// The schema of OASIS, as the validator of Microsoft ships it. It is of draft 4, and uses nothing of it that draft 7 lacks but the name of its own id.
const draft7 = { ...schema, $schema: undefined, id: undefined };
const validate = addFormats
  .default(new Ajv({ strict: false, unicodeRegExp: false }))
  .compile(JSON.parse(JSON.stringify(draft7)) as object);

interface Log {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly Record<string, unknown>[] } };
    readonly invocations: readonly {
      executionSuccessful: boolean;
      toolExecutionNotifications: readonly object[];
    }[];
    readonly results: readonly {
      readonly ruleId: string;
      readonly level: string;
      readonly locations: readonly {
        readonly physicalLocation: { readonly region: object; artifactLocation: object };
      }[];
      readonly partialFingerprints: object;
      readonly suppressions?: readonly object[];
    }[];
  }[];
}

const places = {
  uri: 'api/openapi.yaml',
  operations: new Map([['getMe', { startLine: 12, startColumn: 5, endLine: 12, endColumn: 8 }]]),
};
const accepted = resultOf('aud-wrong', {
  outcome: 'fail',
  accepted: { reason: 'Later', until: '2027-01-31' },
});

function logOf(report: Report) {
  const log = JSON.parse(sarifReport(report, places)) as Log;
  validate(log);
  expect(validate.errors).toBeNull();
  const [run] = log.runs;
  if (run === undefined) throw new Error('a log has one run');
  return run;
}

test('SARIF has the failures, each with its rule, and nothing else', () => {
  const { results, tool } = logOf(reportOf(checks));
  expect(results.map(({ ruleId, level }) => [ruleId, level])).toEqual([
    ['iss-wrong', 'error'],
    ['sub-long', 'warning'],
  ]);
  expect(tool.driver.rules[0]).toMatchObject({
    id: 'iss-wrong',
    shortDescription: { text: 'Title of iss-wrong' },
    fullDescription: { text: 'iss-wrong MUST hold.' },
    helpUri: 'https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4',
    help: { markdown: expect.stringContaining('[RFC 8725 §3.10](https://www.rfc-editor.org/') as string },
    properties: { 'security-severity': '8.0', tags: ['security', 'gateproof', 'claims', 'MUST'] },
  });
});

test('SARIF places a failure at its operation, in a file of the repository', () => {
  const [known, unknown] = logOf(reportOf(checks)).results;
  expect(known?.locations[0]?.physicalLocation).toEqual({
    artifactLocation: { uri: 'api/openapi.yaml', uriBaseId: '%SRCROOT%' },
    region: { startLine: 12, startColumn: 5, endLine: 12, endColumn: 8 },
  });
  expect(unknown?.locations[0]?.physicalLocation.region).toMatchObject({ startLine: 1 });
});

test('SARIF is the same where the same was found, wherever the operation has moved to', () => {
  const report = reportOf(checks);
  expect(sarifReport(report, places)).toBe(sarifReport(report, places));
  const moved = JSON.parse(sarifReport(report, { ...places, operations: new Map() })) as Log;
  const prints = ({ runs }: Pick<Log, 'runs'>) =>
    runs[0]?.results.map((result) => result.partialFingerprints);
  expect(prints(moved)).toEqual(prints({ runs: [logOf(report)] }));
  expect(new Set(prints(moved)?.map((print) => JSON.stringify(print))).size).toBe(2);
});

test('SARIF suppresses an accepted failure, with the reason', () => {
  expect(logOf(reportOf([accepted])).results[0]?.suppressions).toEqual([
    { kind: 'external', status: 'accepted', justification: 'Later (until 2027-01-31)' },
  ]);
});

test('SARIF notifies of what was not tested, and that a run is no verdict', () => {
  const [invocation] = logOf(reportOf(checks, { invalid: 'it died' })).invocations;
  expect(invocation?.executionSuccessful).toBe(false);
  expect(invocation?.toolExecutionNotifications).toMatchObject([
    { level: 'error', message: { text: 'it died' } },
    { level: 'error', descriptor: { id: 'jku-attacker' } },
    { level: 'warning', descriptor: { id: 'kid-long' } },
  ]);
});

describe('a contract is located', () => {
  const contract = { ...reportOf([]).contract, operations: [] };

  test('relative to the repository, not to the folder', async () => {
    await using scratch = await createScratch();
    await scratch.write('.git', 'gitdir: elsewhere');
    await mkdir(join(scratch.folder, 'apis', 'a b'), { recursive: true });
    await scratch.write(
      'apis/a b/openapi.yaml',
      'openapi: 3.1.0\npaths:\n  /me:\n    get:\n      operationId: getMe\n',
    );
    const operations = [{ id: 'getMe', method: 'GET', path: '/me', protected: true }];
    const cwd = join(scratch.folder, 'apis');
    const source = join(cwd, 'a b', 'openapi.yaml');
    const located = await locateContract({ ...contract, source, operations }, cwd);
    expect(located.uri).toBe('apis/a%20b/openapi.yaml');
    expect(located.operations.get('getMe')).toEqual({
      startLine: 4,
      startColumn: 5,
      endLine: 4,
      endColumn: 8,
    });
  });

  test('by its name where it is not in it, since code scanning takes no other location', async () => {
    const packaged = await locateContract({ ...contract, source: 'gateproof/spec/openapi.yaml' }, '/');
    expect(packaged.uri).not.toMatch(/^\/|^\.\.|:/);
    expect(packaged.uri).toMatch(/openapi\.yaml$/);
  });
});
