import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { sendControl } from './checks/probes.ts';
import { NotTestable, pass } from './finding.ts';
import { goodToken } from './lab.ts';
import type { Launcher } from './launch.ts';
import type { Check } from './model.ts';
import { good, type Handler, listen } from './testing/jose-backend.ts';
import { outcomes, ownChecks, passing, useSuite } from './testing/suite.ts';

const { run, runAt, runLaunched } = useSuite();

describe('a check', () => {
  test('that fails by itself makes the run no verdict and names itself', async () => {
    const broken: Check = {
      ...passing,
      id: 'broken',
      run: () => Promise.reject(new TypeError('x is undefined')),
    };
    const report = await runLaunched(good, ownChecks(broken, passing));
    expect(outcomes(report)).toEqual({ broken: 'not-testable', passing: 'pass' });
    expect(report.summary).toMatchObject({ verdict: 'invalid' });
    expect(report.summary.reason).toContain('the check broken failed by itself: x is undefined');
  });

  test('that never ends is a fault of the suite', async () => {
    const endless: Check = { ...passing, run: () => new Promise(() => undefined) };
    const report = await runLaunched(good, { ...ownChecks(endless), checkTimeoutMs: 50 });
    expect(report.summary.reason).toContain('did not end within 0.05 s');
  });

  test('that never ends since the backend is slow is not testable, and says so', async () => {
    const patient: Check = {
      ...passing,
      run: async (lab) => {
        for (;;) await sendControl(lab, lab.operations.primary);
      },
    };
    const slow: Handler = async (...call) => {
      await pause(40);
      return good(...call);
    };
    const report = await runLaunched(slow, { ...ownChecks(patient), checkTimeoutMs: 300 });
    expect(report.summary.reason).toMatch(
      /passing: it did not end within 0.3 s, most of which the backend took/,
    );
  });

  test('that waits for a clock starts before others beside it, which make use of its pauses', async () => {
    const begun: string[] = [];
    const noted = (id: string, waits: boolean): Check => ({
      ...passing,
      ...{ id, waits },
      run: (lab) => {
        begun.push(id);
        return passing.run(lab);
      },
    });
    const checks = [noted('quick', false), noted('slow', true), noted('another', false)];
    await runLaunched(good, { ...ownChecks(...checks), concurrency: 1 });
    expect(begun).toEqual(['slow', 'quick', 'another']);
  });

  test('that cannot be tested is not green', async () => {
    const untestable: Check = { ...passing, run: () => Promise.reject(new NotTestable('no clock')) };
    const report = await runLaunched(good, ownChecks(untestable));
    expect(report.summary).toMatchObject({ verdict: 'invalid', notTestable: 1 });
    expect(report.summary.reason).toContain('first passing: no clock');
  });

  test('whose own backend ends while it starts gets another, once', async () => {
    for (const [ends, outcome] of [
      [1, 'pass'],
      [2, 'fail'],
    ] as const) {
      let starts = 0;
      const launcher: Launcher = async (environment) => {
        const backend = await listen(good, environment);
        starts += 1;
        return starts > 1 && starts <= 1 + ends ? { ...backend, exitCode: () => 1 } : backend;
      };
      const own: Check = {
        id: 'own',
        runs: 'own',
        run: async (lab) => {
          await lab.bench();
          return pass('x', 'y');
        },
      };
      const report = await run({ backend: { launcher }, ...ownChecks(own) });
      expect(outcomes(report)).toEqual({ own: outcome });
    }
  });

  test('that needs a backend of its own gets one with an issuer of its own', async () => {
    const own: Check = {
      id: 'own',
      runs: 'own',
      run: async (lab) => {
        await using bench = await lab.bench({ cacheTtl: 2 });
        const token = await goodToken(bench.idp, lab.users.owner);
        const exchange = await bench.target.send(lab.request(lab.operations.primary, { token }));
        return pass(
          'x',
          `${exchange.response.status} ${bench.cacheTtl} ${new URL(bench.idp.issuer).pathname}`,
        );
      },
    };
    const report = await runLaunched(good, ownChecks(own));
    expect(report.checks[0]).toMatchObject({ outcome: 'pass', observed: '200 2 /bench-own' });
    const running = await runAt(good, ownChecks(own));
    expect(running.checks[0]).toMatchObject({ outcome: 'not-testable' });
    expect(running.summary).toMatchObject({ verdict: 'invalid' });
    expect(running.summary.reason).toContain('--start');
  });

  test('sees what its own backend wrote, but no token of it', async () => {
    const token = `eyJhbGciOiJSUzI1NiJ9.${'p'.repeat(20)}.${'s'.repeat(20)}`;
    const launcher: Launcher = async (environment) => ({
      ...(await listen(good, environment)),
      output: () => `saw ${token}`,
    });
    const reading: Check = {
      id: 'reading',
      runs: 'own',
      run: async (lab) => {
        await using bench = await lab.bench();
        return pass('x', bench.output());
      },
    };
    const report = await run({ backend: { launcher }, ...ownChecks(reading) });
    expect(report.checks[0]?.observed).toBe('saw [a token]');
  });

  test('without a requirement, or twice, is refused before anything runs', async () => {
    await expect(runLaunched(good, { checks: [passing], requirements: new Map() })).rejects.toThrow(
      'the check passing has no requirement',
    );
    await expect(runLaunched(good, ownChecks(passing, passing))).rejects.toThrow(
      'two checks have the id passing',
    );
  });
});
