import type { LoadReport, ScenarioResult } from '../model.ts';

/** A report of one good scenario, but for what is given. */
export function reportOf(rest: Partial<ScenarioResult> = {}): LoadReport {
  const latencyMs = { mean: 1.2, p50: 1, p95: 2, p99: 3, max: 9 };
  const bins = [
    [0.9, 40],
    [1, 900],
    [2.1, 50],
    [8.9, 1],
  ] as const;
  return {
    ...{ gateproof: '1.2.3', k6: '2.2.0', target: 'http://127.0.0.1:8000', verdict: rest.verdict ?? 'pass' },
    scenarios: [
      {
        ...{
          scenario: 'steady',
          title: 'an ordinary day',
          rate: 100,
          seconds: 10,
          instances: 1,
          verdict: 'pass',
        },
        thresholds: [
          {
            ...{ name: 'verification-p99', title: 'verification', unit: 'ms', bound: 'below', limit: 10 },
            ...{ observed: 0.21, outcome: 'pass' },
          },
          {
            ...{ name: 'jwks-hit-rate', title: 'hit rate', unit: '%', bound: 'above', limit: 99 },
            outcome: 'not-measured',
          },
        ],
        requests: [
          { kind: 'good', count: 991, failed: 1, statuses: { '200': 990, '401': 1 }, latencyMs, bins },
        ],
        verification: { source: 'server-timing', count: 990, latencyMs, bins },
        issuer: { jwksFetches: 1, sessionCalls: 0 },
        forgeries: [{ name: 'alg-none', count: 3, accepted: 1, failed: 0, p50Ms: 1 }],
        timeline: [
          { second: 0, count: 100, failed: 0, p50Ms: 1, p99Ms: 3 },
          { second: 1, count: 99, failed: 1, p50Ms: 1, p99Ms: 4 },
        ],
        marks: [{ at: 1, kind: 'rotation', label: 'key 1 signs' }],
        generator: { dropped: 0, waitShare: 0.12, cores: 0.3 },
        notes: ['a note'],
        ...rest,
      },
    ],
  };
}
