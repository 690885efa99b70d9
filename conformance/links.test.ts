import { expect, test } from 'vitest';
import { forgeries } from '../mock-idp/index.ts';
import { loadRequirements } from '../spec/index.ts';
import { allChecks, allInvariants } from './checks/index.ts';
import { mutants } from './mutants/index.ts';

const { requirements, excluded } = loadRequirements();
const checked = new Set([...allChecks, ...allInvariants].map(({ id }) => id));

test('every requirement is judged by a check, or excluded with a reason', () => {
  expect([...requirements.keys()].filter((id) => !checked.has(id))).toEqual([]);
});

test('every check judges a requirement, and none that is excluded', () => {
  const left = new Set(excluded.map(({ id }) => id));
  expect([...checked].filter((id) => !requirements.has(id) || left.has(id))).toEqual([]);
});

test('no two checks judge the same requirement', () => {
  expect(checked.size).toBe(allChecks.length + allInvariants.length);
});

test('every forged token serves a requirement that has a check', () => {
  const lost = forgeries.filter(
    ({ requirement }) => !requirements.has(requirement) || !checked.has(requirement),
  );
  expect(lost.map(({ name, requirement }) => `${name} (${requirement})`)).toEqual([]);
});

test('a forged token that must be accepted or refused is no matter of taste', () => {
  const vague = forgeries.filter(
    ({ requirement, verdict }) => verdict === 'refuse' && requirements.get(requirement)?.level === 'MAY',
  );
  expect(vague.map(({ name }) => name)).toEqual([]);
});

test('every mutant is killed by a check that counts, of a MUST or a SHOULD', () => {
  const unkilled = Object.entries(mutants).filter(([, { killer }]) => {
    const level = requirements.get(killer)?.level;
    return !checked.has(killer) || level === undefined || level === 'MAY';
  });
  expect(unkilled.map(([name, { killer }]) => `${name} (${killer})`)).toEqual([]);
});
