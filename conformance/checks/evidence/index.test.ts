import { describe, expect, it } from 'vitest';
import { alters, rawAuthorization, when } from '../testing/breakages.ts';
import { error, type Received } from '../testing/fake-api.ts';
import type { FakeIdp } from '../testing/fake-idp.ts';
import { type Breakages, findingOn } from '../testing/prove.ts';
import { databaseChecks } from './database.ts';
import { evidenceChecks } from './index.ts';

const isGood = (request: Received): boolean => rawAuthorization(request).startsWith('Bearer eyJ');
const tokenLength = (request: Received): number => rawAuthorization(request).length;

/** Whether the key set hangs or lags at present, without a request that the journal would show. */
const isSlow = (idp: FakeIdp): boolean => idp.receive('probe') !== undefined;

/** A backend that logs a line for each request. */
function logging(line: string): { readonly output: () => string } {
  let count = 0;
  return {
    output: () => {
      count += 1;
      return `started\n${line.repeat(count)}`;
    },
  };
}

const breakages: Breakages = {
  'perf-hit-rate': {
    breakage: (good, idp) => {
      let count = 0;
      return (request) => {
        count += 1;
        if (isGood(request) && count % 50 === 0) idp.receive('jwks');
        return good(request);
      };
    },
  },
  'perf-auth-overhead': {
    breakage: alters(
      (_, request) => isGood(request),
      () => ({ durationMs: 30 }),
    ),
  },
  'perf-no-fetch-latency-correlation': {
    breakage: (good, idp) => (request) => ({ ...good(request), ...(isSlow(idp) && { durationMs: 2000 }) }),
  },
  'perf-slow-jwks-no-hol': {
    breakage: (good, idp) => (request) => ({ ...good(request), ...(isSlow(idp) && { durationMs: 5000 }) }),
  },
  'perf-reject-cheap': {
    breakage: alters(
      (_, request) => rawAuthorization(request) === 'Bearer not.a.token',
      () => ({ durationMs: 20 }),
    ),
  },
  'perf-invalid-storm': {
    breakage: (good) => {
      let refusals = 0;
      return (request) => {
        const answer = refusals > 100 ? error(429, 'busy') : good(request);
        if (answer.status === 401) refusals += 1;
        return answer;
      };
    },
  },
  'perf-dots-size': {
    breakage: alters(
      (_, request) => rawAuthorization(request).includes('....'),
      (_, request) => ({ durationMs: (tokenLength(request) / 1000) ** 2 * 10 }),
    ),
  },
  'perf-big-key-bounded': {
    breakage: alters(
      (_, request) => tokenLength(request) > 2000,
      () => ({ durationMs: 3000 }),
    ),
  },
  'obs-log-hygiene': logging('GET /api/v1/me Bearer [a token]\n'),
  'obs-log-signal': {},
  'obs-ready-gate': {
    breakage: when(
      ({ path }) => path === '/ready',
      () => ({ status: 200 }),
    ),
  },
};

/** A good backend that does what these checks look for beside answering. */
const good: Breakages = {
  'obs-log-hygiene': logging('GET /api/v1/me 401\n'),
  'obs-log-signal': logging('refused: invalid_token\n'),
  'obs-ready-gate': { exitCode: 1 },
};

/** What the database shows has tests of its own. */
const others = evidenceChecks.filter((check) => !databaseChecks.includes(check));

describe.each(others.map((check) => [check.id, check] as const))('%s', (id, check) => {
  it('passes on a backend that keeps the rules', async () => {
    expect(await findingOn(check, good[id])).toMatchObject({ outcome: 'pass' });
  });

  it('fails on a backend with the fault it is for', async () => {
    expect(breakages).toHaveProperty([id]);
    expect(await findingOn(check, breakages[id])).toMatchObject({ outcome: 'fail' });
  });
});

it('counts a slower first measurement for nothing where the next one is good', async () => {
  const check = evidenceChecks.find(({ id }) => id === 'perf-auth-overhead');
  let requests = 0;
  const busyAtFirst = alters(
    () => true,
    () => {
      requests += 1;
      return { durationMs: requests < 150 && requests > 20 ? 60 : 1 };
    },
  );
  expect(check && (await findingOn(check, { breakage: busyAtFirst }))).toMatchObject({ outcome: 'pass' });
});
