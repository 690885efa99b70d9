import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Launcher } from '../conformance/index.ts';
import { mutantLauncher } from '../conformance/mutants/launcher.ts';
import type { BugName } from '../conformance/mutants/index.ts';
import { type MockIdp, startMockIdp } from '../mock-idp/index.ts';
import { defaultContractPath, loadContract } from '../spec/index.ts';
import { LoadError } from './errors.ts';
import { htmlLoadReport, jsonLoadReport, markdownLoadReport } from './reports/index.ts';
import type { LoadOptions } from './options.ts';
import type { ScenarioName } from './plan.ts';
import { runLoad } from './run.ts';
import type { LoadReport } from './model.ts';
import { requiredK6 } from './testing/required-k6.ts';
import { stubLauncher } from './testing/stub-backend.ts';

const k6 = await requiredK6();
const contract = await loadContract(defaultContractPath());

let idp: MockIdp;
let folder: string;
beforeAll(async () => {
  idp = await startMockIdp();
  // Of its own, so that what is left behind is ours.
  folder = await mkdtemp(join(tmpdir(), 'gateproof-load-'));
  vi.stubEnv('TMPDIR', folder);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await idp.close();
  await rm(folder, { recursive: true });
});

async function load(
  scenario: ScenarioName,
  launcher: Launcher,
  options: Partial<LoadOptions> = {},
): Promise<LoadReport> {
  if (k6 === undefined) throw new LoadError('k6_missing', 'this test needs k6');
  return runLoad({
    ...{
      version: '0',
      contract,
      idp,
      backend: { launcher },
      k6,
      scenarios: [scenario],
      rate: 40,
      seconds: 2,
    },
    ...options,
  });
}

/** Names of the broken thresholds of the one scenario. */
function broken({ scenarios }: LoadReport): readonly string[] {
  return scenarios.flatMap(({ thresholds }) =>
    thresholds.filter(({ outcome }) => outcome === 'fail').map(({ name }) => name),
  );
}

/** Children of this process that run k6. */
function k6Processes(): number {
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
    .trim()
    .split(' ');
  return children.filter((pid) => pid !== '' && commandOf(pid).includes('steady.ts')).length;
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

const pools = (): readonly string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith('gateproof-tokens-'));

describe.runIf(k6 !== undefined)('with the real k6', { timeout: 90_000 }, () => {
  // Latencies are not judged here: they are those of whatever else the machine does.
  const facts = {
    'verification-p99': 1e6,
    'refused-cost': 1e6,
    'flood-cost': 1e6,
    'refresh-p95': 1e6,
  } as const;

  /** For every kind of bad token to be sent, and for each fault of an outage to meet a refresh, every 2 seconds. */
  const LONG_ENOUGH: Partial<Record<ScenarioName, Partial<LoadOptions>>> = {
    rotation: { seconds: 6 },
    outage: { seconds: 12 },
    smoke: { rate: 80, seconds: 3 },
  };

  test.each<ScenarioName>(['smoke', 'refused', 'rotation', 'outage', 'unknown-kid', 'refresh'])(
    'a good backend passes %s, and no token is left behind or shown',
    async (scenario) => {
      const before = pools();
      const report = await load(scenario, mutantLauncher(), { limits: facts, ...LONG_ENOUGH[scenario] });
      const [result] = report.scenarios;
      expect(broken(report)).toEqual([]);
      expect(result?.generator.dropped === 0 ? report.verdict : 'pass').toBe('pass');
      expect(pools()).toEqual(before);
      for (const write of [jsonLoadReport, markdownLoadReport, htmlLoadReport]) {
        expect(write(report)).toContain(scenario);
        expect(write(report)).not.toMatch(/eyJ[\w-]{8,}|Bearer /);
      }
    },
  );

  test.each<[BugName, ScenarioName, string]>([
    ['session-call', 'smoke', 'session-calls'],
    ['exp-unchecked', 'smoke', 'bad-accepted'],
    ['fetch-per-request', 'steady', 'jwks-hit-rate'],
    ['failure-overwrites', 'outage', 'good-refused'],
    ['no-refetch', 'rotation', 'good-refused'],
    ['refetch-unbounded', 'unknown-kid', 'jwks-fetches'],
  ])('a backend with the bug %s breaks, in %s, %s', async (bug, scenario, threshold) => {
    const report = await load(scenario, mutantLauncher(bug), { limits: facts, ...LONG_ENOUGH[scenario] });
    expect(broken(report)).toContain(threshold);
    expect(report.verdict).toBe('fail');
  });

  test.each([[true], [false]])(
    'sees that verification takes 15 ms, told so by the backend: %s',
    async (serverTiming) => {
      const report = await load('steady', stubLauncher({ verificationMs: 15, serverTiming }));
      expect(broken(report)).toContain('verification-p99');
      const [result] = report.scenarios;
      expect(result?.verification?.source).toBe(serverTiming ? 'server-timing' : 'paired');
      expect(result?.verification?.latencyMs.p50).toBeGreaterThan(9);
    },
  );

  test('finds the highest rate that is held, and stops climbing where a limit breaks', async () => {
    const limits = { 'verification-p99': 5 };
    const report = await load('breakpoint', stubLauncher({ verificationMs: 15, serverTiming: true }), {
      ...{ limits, rate: 100, seconds: 20 },
    });
    expect(broken(report)).toEqual(['held-rate']);
    expect(report.scenarios[0]?.notes.at(-1)).toContain('at 10 requests/s verification took 15');
    expect(report.scenarios[0]?.timeline.length).toBeLessThan(20);
  });

  test('an interrupted run ends k6 and leaves no token behind', async () => {
    const before = pools();
    const controller = new AbortController();
    const run = load('steady', mutantLauncher(), {
      ...{ seconds: 60, rate: 20, tokens: 50, signal: controller.signal },
    });
    const outcome = run.then(
      () => 'ended',
      (error: unknown) => (error as Error).message,
    );
    await vi.waitUntil(() => pools().length > before.length, { timeout: 20_000 });
    // The pool is there before k6 is; a first sample would come only seconds later.
    await vi.waitUntil(() => k6Processes() > 0, { timeout: 20_000 });
    controller.abort(new Error('interrupted'));
    expect(await outcome).toBe('interrupted');
    expect(pools()).toEqual(before);
    expect(k6Processes()).toBe(0);
  });

  test('what accepts no good token is no verdict', async () => {
    const refusing: Launcher = () =>
      mutantLauncher()({
        BETTER_AUTH_URL: idp.issuer().issuer,
        JWT_AUDIENCE: 'another',
        BETTER_AUTH_JWKS_URL: idp.issuer().jwksUrl,
      });
    await expect(load('smoke', refusing)).rejects.toThrow(/answered 401 to a good token/);
  });
});
