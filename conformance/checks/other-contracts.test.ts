import { describe, expect, it } from 'vitest';
import type { Contract, Operation } from '../../spec/index.ts';
import { runCheck } from '../run-check.ts';
import { authorizationHeaderChecks } from './authorization-header/index.ts';
import { authorizationChecks } from './authorization/index.ts';
import { errorContractChecks } from './error-contract/index.ts';
import { evidenceChecks } from './evidence/index.ts';
import { createFakeLab } from './testing/fake-lab.ts';
import { contract } from './testing/prove.ts';

const checks = [
  ...authorizationHeaderChecks,
  ...authorizationChecks,
  ...errorContractChecks,
  ...evidenceChecks,
].filter(
  // Opens a connection of its own, which a lab without a network has nobody for.
  ({ id }) => id !== 'auth-h2-parity',
);

function only(...ids: readonly string[]): Contract {
  return { ...contract, operations: contract.operations.filter(({ id }) => ids.includes(id)) };
}

/** The same contract without any word of owners. */
function ownerless(): Contract {
  const withoutOwner = (operation: Operation): Operation =>
    Object.fromEntries(
      Object.entries(operation).filter(([name]) => name !== 'owner'),
    ) as unknown as Operation;
  return { ...contract, operations: contract.operations.map(withoutOwner) };
}

const contracts: readonly (readonly [string, Contract])[] = [
  ['one read of the own identity', only('getMe')],
  ['no owners', ownerless()],
  [
    'no read of the own identity',
    only('getHealth', 'listTasks', 'createTask', 'getTask', 'updateTask', 'deleteTask'),
  ],
  ['a list that nothing can be added to', only('getMe', 'listTasks')],
  [
    'items that cannot be read one by one',
    only('getMe', 'listTasks', 'createTask', 'updateTask', 'deleteTask'),
  ],
  ['items that cannot be changed', only('getMe', 'getHealth', 'listTasks', 'createTask', 'getTask')],
];

/** A line more whenever it is looked at. */
let lines = '';
function output(): string {
  lines += 'refused: invalid_token\n';
  return lines;
}

describe.each(contracts)('a good backend whose contract has %s', (_, other) => {
  const options = { settings: { publicPaths: ['/metrics', '/ready'] }, exitCode: 1, output };

  it('fails no check, and leaves none untested that applies', async () => {
    const findings = await Promise.all(
      checks.map(
        async (check) =>
          [check.id, (await runCheck(check, createFakeLab(other, options), 10_000)).finding] as const,
      ),
    );
    const wrong = findings.filter(([, { outcome }]) => outcome === 'fail' || outcome === 'not-testable');
    expect(wrong.map(([id, { observed }]) => `${id}: ${observed}`)).toEqual([]);
  });
});
