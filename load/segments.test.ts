import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandLauncher, type Launcher } from '../conformance/index.ts';
import { type MockIdp, startMockIdp } from '../mock-idp/index.ts';
import { defaultContractPath, loadContract } from '../spec/index.ts';
import { runLoad } from './run.ts';
import { makeNamespaces } from './testing/namespaces.ts';
import { requiredK6 } from './testing/required-k6.ts';

const k6 = await requiredK6();
const namespaces = k6 === undefined ? undefined : await makeNamespaces(3);

describe.runIf(namespaces !== undefined)('k6 on three machines', { timeout: 120_000 }, () => {
  let idp: MockIdp;
  beforeAll(async () => {
    idp = await startMockIdp({ host: namespaces?.address ?? '' });
  });
  afterAll(async () => {
    await idp.close();
    await namespaces?.[Symbol.asyncDispose]();
  });

  /** The reference API, where the others can reach it. */
  const launcher: Launcher = async (environment) => {
    const address = namespaces?.address ?? '';
    const launched = await commandLauncher(`HOST=${address} exec "${process.execPath}" cli/main.ts api`)(
      environment,
    );
    return { ...launched, url: launched.url.replace('127.0.0.1', address) };
  };

  test('share one load, and what they measured gives one verdict', async () => {
    if (k6 === undefined || namespaces === undefined) throw new Error('this test needs k6 and namespaces');
    const report = await runLoad({
      ...{ version: '0', contract: await loadContract(defaultContractPath()), idp, k6 },
      ...{ backend: { launcher }, scenarios: ['refused', 'refresh'], rate: 30, seconds: 4 },
      ...{ instances: namespaces.prefixes.length, prefixes: namespaces.prefixes },
      // Latencies are those of whatever else the machine does.
      limits: { 'refused-cost': 1e6, 'refresh-p95': 1e6 },
    });
    const [refused, refresh] = report.scenarios;
    expect(refused?.thresholds.filter(({ outcome }) => outcome !== 'pass')).toEqual([]);
    expect(refresh?.thresholds.filter(({ outcome }) => outcome !== 'pass')).toEqual([]);
    expect(refused?.instances).toBe(3);
    // Each did a third: together they are what one would have sent, give or take an iteration at either end.
    const sent = (refused?.requests ?? []).reduce((total, { count }) => total + count, 0);
    expect(sent + (refused?.generator.dropped ?? 0)).toBeGreaterThan(4 * 30 - 4);
    expect(sent).toBeLessThan(4 * 30 + 4);
    // Every refresh came from one of them, and each sent some.
    const sources = new Set(
      (await idp.issuer('load-refresh').journal({ endpoint: 'refresh' })).map(
        ({ remoteAddress }) => remoteAddress,
      ),
    );
    expect([...sources].sort()).toEqual(namespaces.addresses);
  });
});
