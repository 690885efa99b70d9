import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startMockIdp } from '../mock-idp/index.ts';
import { mergeLoad } from './merge.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateproof-merge-'));
});
afterEach(() => rm(folder, { recursive: true }));

const START = Date.UTC(2026, 0);

/** What one k6 wrote that got so many answers of this kind, each verified in so long. */
async function csv(name: string, count: number, ms: number, status = 200, start = START): Promise<string> {
  const rows = Array.from({ length: count }, (_, nth) => [
    `http_req_duration,${start + nth * 10},${ms + 1},${status},kind=good`,
    `verification,${start + nth * 10},${ms},,source=server-timing`,
  ]);
  const path = join(folder, name);
  await writeFile(path, ['metric_name,timestamp,metric_value,status,extra_tags', ...rows.flat()].join('\n'));
  return path;
}

const options = {
  scenario: 'steady',
  version: '0',
  limits: { 'session-calls': 'off', 'jwks-hit-rate': 'off' },
} as const;

describe('the samples of several machines', () => {
  test('are judged as one run', async () => {
    const files = [await csv('a.csv', 900, 1), await csv('b.csv', 100, 50)];
    const report = await mergeLoad({ ...options, files });
    // Each alone: 1 and 50 ms; their average would be no percentile of anything.
    expect(report.scenarios[0]?.verification?.latencyMs).toMatchObject({
      p50: 1,
      p99: expect.closeTo(50, 0) as number,
    });
    expect(report).toMatchObject({ verdict: 'fail', scenarios: [{ instances: 2 }] });
    expect((await mergeLoad({ ...options, files: files.slice(0, 1) })).verdict).toBe('pass');
  });

  test('are no verdict on what only the journal of the issuer could tell', async () => {
    const report = await mergeLoad({ ...options, limits: {}, files: [await csv('a.csv', 9, 1)] });
    expect(report.verdict).toBe('invalid');
    expect(report.scenarios[0]?.reason).toContain('session-calls, jwks-hit-rate');
  });

  test('are judged with what every server of the issuer was asked meanwhile', async () => {
    const signingKeys = [
      generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
    ];
    const issuer = 'https://idp.example';
    await using one = await startMockIdp({ issuer, signingKeys });
    await using two = await startMockIdp({ issuer, signingKeys });
    // Before the run, so not of it.
    await fetch(`${one.url}/jwks`);
    await vi.waitFor(async () => {
      expect(Date.now()).toBeGreaterThan((await one.issuer().journal()).at(-1)?.at ?? 0);
    });
    const start = Date.now();
    for (const { url } of [one, two, two]) await fetch(`${url}/jwks`);
    const files = [await csv('now.csv', 900, 1, 200, start)];
    const report = await mergeLoad({ ...options, limits: {}, files, idps: [one, two] });
    expect(report.scenarios[0]?.issuer).toEqual({ jwksFetches: 3, sessionCalls: 0 });
    expect(report.verdict).toBe('pass');
  });

  test.each<[string, () => Promise<string>, string]>([
    ['a file that is not there', () => Promise.resolve(join(folder, 'absent.csv')), 'cannot be read'],
    ['a file without samples', () => csv('empty.csv', 0, 1), 'has no samples'],
    ['times in seconds', () => csv('seconds.csv', 3, 1, 200, START / 1000), 'K6_CSV_TIME_FORMAT=unix_milli'],
  ])('of %s are none', async (_, make, message) => {
    await expect(mergeLoad({ ...options, files: [await make()] })).rejects.toThrow(message);
  });
});
