import { expect, test } from 'vitest';
import { startMockIdp } from '../mock-idp/index.ts';
import { defaultContractPath, loadContract } from '../spec/index.ts';
import { allChecks } from './checks/index.ts';
import type { Report } from './model.ts';
import { mutantLauncher } from './mutants/launcher.ts';
import { runSuite } from './run.ts';

/** A few of each kind, those with counts and times among them. */
const IDS = [
  'jws-control',
  'alg-none',
  'exp-past',
  'kid-unknown',
  'cross-get',
  'list-isolation',
  'write-noauth',
  'auth-keepalive-isolation',
  'err-code-stable',
  'jwks-warm-hit-rate',
  'jwks-no-fetch-malformed',
  'flood-distinct-kids',
  'rot-add-key',
  'rot-remove-key',
  'key-use-enc',
  'perf-reject-cheap',
];

async function run(): Promise<Report> {
  await using idp = await startMockIdp();
  const contract = await loadContract(defaultContractPath());
  const checks = allChecks.filter(({ id }) => IDS.includes(id));
  return await runSuite({ contract, idp, backend: { launcher: mutantLauncher() }, checks });
}

/** What a report says but for times and addresses: what was found, and in which words. */
function findings({ checks, summary }: Report) {
  const said = (text: string): string => text.replace(/127\.0\.0\.1:\d+/g, 'host');
  return {
    summary,
    checks: checks.map(({ id, outcome, expected, observed, exchange }) => ({
      ...{ id, outcome, expected: said(expected), observed: said(observed) },
      answered: exchange?.response.status,
      by: exchange && said(`${exchange.request.method} ${exchange.request.path}`),
    })),
  };
}

test('two runs say the same, but for times', async () => {
  const [one, two] = [await run(), await run()];
  expect(findings(two)).toEqual(findings(one));
  expect(one.checks.filter(({ measured }) => measured).map(({ id }) => id)).toEqual(
    two.checks.filter(({ measured }) => measured).map(({ id }) => id),
  );
}, 60_000);
