import type { CheckResult, Exchange, Report } from '../../model.ts';
import { DEFAULT_SETTINGS } from '../../settings.ts';
import { resultOf } from '../../testing/result.ts';
import { type RunTrouble, summarize } from '../../verdict.ts';

/** A request with a forged token, and the answer that let it in. */
export const exchange: Exchange = {
  request: {
    method: 'GET',
    path: '/api/v1/me',
    headers: [
      ['Accept', 'application/json'],
      ['Authorization', 'Bearer [iss-wrong]'],
    ],
  },
  response: { status: 200, headers: [['Content-Type', 'application/json']], body: '{"user_id":"user-123"}' },
  durationMs: 3,
  repeat: { tokens: [{ label: 'iss-wrong', make: ['--forge', 'iss-wrong'] }], raw: false, story: false },
};

/** One of every standing but accepted. */
export const checks: readonly CheckResult[] = [
  resultOf('alg-none', { area: 'algorithms-and-keys' }),
  resultOf('exp-past'),
  resultOf('iss-wrong', {
    outcome: 'fail',
    operation: 'getMe',
    observed: 'answered 200 with the identity of user-123',
    exchange,
  }),
  resultOf('jku-attacker', {
    area: 'algorithms-and-keys',
    outcome: 'not-testable',
    observed: 'no trap & no <host>',
  }),
  resultOf('kid-long', {
    area: 'algorithms-and-keys',
    level: 'MAY',
    outcome: 'not-testable',
    observed: 'no trap & no <host>',
  }),
  resultOf('sub-long', { level: 'SHOULD', outcome: 'fail', observed: 'answered \u001b[31m400' }),
  resultOf('write-noauth', {
    area: 'authorization',
    outcome: 'not-applicable',
    observed: 'the contract has no writes',
  }),
];

/** The report of a run with these results. */
export const reportOf: (results: readonly CheckResult[], trouble?: RunTrouble) => Report = (
  results,
  trouble = {},
) => ({
  gateproof: '1.2.3',
  contract: {
    ...{ title: 'Task API', sha256: 'ab'.repeat(32), source: 'openapi.yaml' },
    operations: [{ id: 'getMe', method: 'GET', path: '/api/v1/me', protected: true }],
  },
  ...{ target: 'http://127.0.0.1:8000', launched: false, idp: 'http://127.0.0.1:4000' },
  settings: DEFAULT_SETTINGS,
  summary: summarize(results, trouble),
  checks: results,
});
