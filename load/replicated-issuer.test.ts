import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { commandLauncher, type LaunchedBackend } from '../conformance/index.ts';
import { connectMockIdp, type MockIdpControl } from '../mock-idp/index.ts';
import type { LoadReport } from './model.ts';
import { requiredK6 } from './testing/required-k6.ts';
import { type RoundRobin, startRoundRobin } from './testing/round-robin.ts';

const k6 = await requiredK6();
const COUNT = 3;
const GATEPROOF = `exec "${process.execPath}" bin/gateproof.js`;

describe.runIf(k6 !== undefined)(
  'three mock identity providers that serve one key set',
  { timeout: 120_000 },
  () => {
    let folder: string;
    let front: RoundRobin;
    let servers: readonly LaunchedBackend[] = [];
    let idps: readonly MockIdpControl[] = [];

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'gateproof-replicas-'));
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const jwk = join(folder, 'key.json');
      await writeFile(jwk, JSON.stringify(privateKey.export({ format: 'jwk' })));
      front = await startRoundRobin();
      const start = commandLauncher(`${GATEPROOF} idp --jwk "${jwk}" --public-url ${front.url}`);
      servers = await Promise.all(Array.from({ length: COUNT }, () => start({})));
      idps = await Promise.all(
        servers.map(({ url }) => vi.waitFor(() => connectMockIdp(url), { timeout: 20_000, interval: 100 })),
      );
      front.serve(servers.map(({ url }) => url));
    }, 60_000);
    afterAll(async () => {
      await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
      await front[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    });

    /** `gateproof load` with all of them. Latencies are those of whatever else the machine does. */
    async function load(...args: readonly string[]): Promise<LoadReport> {
      const json = join(folder, 'report.json');
      const named = servers.flatMap(({ url }) => ['--idp', url]);
      const off = ['verification-p99', 'refresh-p95'].flatMap((name) => ['--threshold', `${name}=off`]);
      const child = spawn(
        process.execPath,
        ['bin/gateproof.js', 'load', ...args, ...named, ...off, '--rate', '40', '--report', `json=${json}`],
        { stdio: ['ignore', 'ignore', 'pipe'] },
      );
      let said = '';
      child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
      const code = await new Promise((resolve) => child.once('close', resolve));
      expect({ code, said }).toMatchObject({ code: 0 });
      return JSON.parse(await readFile(json, 'utf8')) as LoadReport;
    }

    const fetchesOf = async (idp: MockIdpControl): Promise<number> =>
      (await idp.issuer().journal({ endpoint: 'jwks' })).length;

    test('carry a backend through rotations and an ordinary day, and what they were asked is counted together', async () => {
      const issuer = idps[0]?.issuer();
      const api = await commandLauncher(`${GATEPROOF} api`)({
        BETTER_AUTH_URL: issuer?.issuer ?? '',
        BETTER_AUTH_JWKS_URL: issuer?.jwksUrl ?? '',
        JWT_AUDIENCE: issuer?.audience ?? '',
        JWKS_COOLDOWN: '1',
        SERVER_TIMING: 'on',
        LOG_LEVEL: 'warn',
      });
      try {
        await vi.waitFor(
          async () => {
            expect((await fetch(`${api.url}/ready`)).status).toBe(200);
          },
          { timeout: 20_000 },
        );
        const before = await Promise.all(idps.map(fetchesOf));
        const times = ['--cooldown', '1', '--duration', '9'];
        const report = await load(api.url, ...times, '--scenario', 'rotation,steady');
        const [rotation, steady] = report.scenarios;
        expect(rotation?.marks.map(({ kind }) => kind)).toEqual(['rotation', 'rotation']);
        expect([rotation?.verdict, steady?.verdict]).toEqual(['pass', 'pass']);

        // A fetch for each new key, not from the same server, and none is missing or counted twice.
        const after = await Promise.all(idps.map(fetchesOf));
        const fetches = after.map((count, index) => count - (before[index] ?? 0));
        expect(fetches.filter((count) => count > 0).length).toBeGreaterThan(1);
        const counted = report.scenarios.map(({ issuer: asked }) => asked?.jwksFetches);
        expect(counted).toEqual([fetches.reduce((sum, count) => sum + count, 0), 0]);

        // All have the keys they began with.
        const published = await Promise.all(
          idps.map(async (idp) => {
            const keys = await idp.issuer().keys();
            return keys
              .filter(({ state }) => state !== 'withdrawn')
              .map(({ kid, state }) => ({ kid, state }));
          }),
        );
        expect(published[0]).toEqual([{ kid: expect.any(String) as string, state: 'active' }]);
        expect(new Set(published.map((keys) => JSON.stringify(keys))).size).toBe(1);
      } finally {
        await api[Symbol.asyncDispose]();
      }
    });

    test('share the users of a backend that is started, each of whom stays with one', async () => {
      const report = await load(
        '--start',
        `${GATEPROOF} api`,
        '--scenario',
        'refresh,outage',
        '--duration',
        '6',
      );
      expect(report.scenarios.map(({ verdict }) => verdict)).toEqual(['pass', 'pass']);
      for (const idp of idps) {
        expect((await idp.issuer('load-refresh').journal({ endpoint: 'refresh' })).length).toBeGreaterThan(
          10,
        );
      }
    });
  },
);
