import { expect, test } from 'vitest';
import type { Exchange, Lab, OwnBench } from '../../model.ts';
import { when } from '../testing/breakages.ts';
import { error } from '../testing/fake-api.ts';
import { createFakeLab, type FakeLabOptions } from '../testing/fake-lab.ts';
import { contract } from '../testing/prove.ts';
import { judgeCrowd } from './crowd.ts';
import { atLeast, judgeBound, judgeUnverifiable, regularFetches } from './fetches.ts';
import { judgeKeyless } from './starting.ts';

const lab = createFakeLab(contract);
const aging: Lab = { ...lab, cacheTtl: 1 };

function answers(...statuses: readonly number[]): readonly Exchange[] {
  return statuses.map((status) => ({
    request: { method: 'GET', path: '/api/v1/me', headers: [] },
    response: { status, headers: [], body: '' },
    durationMs: 1,
  }));
}

test.each([
  ['two at once and the one of the cool-down that has begun', lab, 3, 500, 'pass'],
  ['one more than that', lab, 4, 500, 'fail'],
  ['one more per cool-down', lab, 5, 65_000, 'pass'],
  ['more than one per cool-down', lab, 6, 65_000, 'fail'],
  ['as much for each replica', { ...lab, settings: { ...lab.settings, replicas: 2 } }, 6, 500, 'pass'],
  ['the declared time where no cool-down is known', { ...lab, cooldown: undefined }, 4, 31_000, 'pass'],
  ['the regular refresh of a short time to live', aging, 4, 400, 'pass'],
] as const)('bounds the fetches for unknown kids: %s', (_, where: Lab, fetches, elapsedMs, outcome) => {
  expect(judgeBound(where, fetches, 200, elapsedMs).outcome).toBe(outcome);
});

test('lets a failing fetch be tried again once per cool-down', () => {
  expect(judgeBound(lab, 5, 60, 500, { failing: true }).outcome).toBe('pass');
  expect(judgeBound(lab, 6, 60, 500, { failing: true }).outcome).toBe('fail');
});

test('expects no regular refresh within the time of one burst, but where the time to live is short', () => {
  expect(regularFetches(lab, 10_000)).toBe(0);
  expect(regularFetches(aging, 1_200)).toBe(3);
});

test.each([
  [1, '1'],
  [2, '2 or more'],
  [26, '20 or more'],
  [200, '200 or more'],
])('tells %i as a number that two runs share', (count, text) => {
  expect(atLeast(count)).toBe(text);
});

test.each([
  ['one fetch for all', [200, 200], 1, [], 'pass'],
  ['two fetches', [200, 200], 2, [], 'fail'],
  ['one who was refused', [200, 401], 1, [], 'fail'],
  ['one who came too early and is excused', [200, 401], 1, [401], 'pass'],
  ['nobody served', [401, 401], 0, [401], 'fail'],
] as const)('judges a crowd: %s', (_, statuses, fetches, excused, outcome) => {
  const burst = { answers: answers(...statuses), fetches, elapsedMs: 100 };
  expect(judgeCrowd(lab, burst, excused).outcome).toBe(outcome);
});

test.each([
  [401, 'pass'],
  [503, 'pass'],
  [500, 'fail'],
  [200, 'fail'],
])('answers a token that cannot be verified now with 401 or 503: %i', (status, outcome) => {
  const [exchange] = answers(status);
  expect(exchange && judgeUnverifiable(exchange).outcome).toBe(outcome);
});

const unready = when(
  ({ path }) => path === '/ready' || path === '/api/v1/me',
  () => error(503, 'jwks_unavailable'),
);
const served = when(
  ({ path }) => path === '/ready',
  () => error(503, 'jwks_unavailable'),
);
const green = when(
  ({ path }) => path === '/api/v1/me',
  () => error(401, 'invalid_token'),
);

test.each<[string, FakeLabOptions, string, string]>([
  ['ended with an error', { exitCode: 3 }, 'pass', 'ended with exit code 3'],
  ['ended as if all were well', { exitCode: 0 }, 'fail', 'ended with exit code 0'],
  ['not ready and serving nobody', { breakage: unready }, 'pass', 'good token: answered 503'],
  ['not ready and serving all the same', { breakage: served }, 'fail', 'good token: answered 200'],
  ['ready and refusing everybody', { breakage: green }, 'fail', '/ready answered 200'],
])('judges a start without keys: %s', async (_, options, outcome, observed) => {
  const own = createFakeLab(contract, options);
  const bench: OwnBench = await own.bench();
  const finding = await judgeKeyless({ ...own, target: bench.target, idp: bench.idp }, bench);
  expect(finding).toMatchObject({ outcome, observed: expect.stringContaining(observed) as string });
});
