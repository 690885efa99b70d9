import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { segmentOf } from '../generator.ts';
import { requiredK6 } from '../testing/required-k6.ts';
import { stubLauncher } from '../testing/stub-backend.ts';
import { mergeLoad } from '../merge.ts';
import schema from './testrun.schema.json' with { type: 'json' };

interface Pod {
  readonly image: string;
  readonly env: readonly { readonly name: string; readonly value?: string }[];
}

interface TestRun {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly parallelism: number;
    readonly arguments: string;
    readonly script: { readonly volumeClaim: { readonly name: string; readonly file: string } };
    readonly initializer: Pod;
    readonly runner: Pod;
  };
}

const text = await readFile(new URL('testrun.yaml', import.meta.url), 'utf8');
const manifest = parse(text) as TestRun;
const k6 = await requiredK6();

/** Ports that nothing listens on. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(
    servers.map((server) => {
      server.close();
      return once(server, 'close');
    }),
  );
  return ports;
}

/** k6's own REST API. */
const statusOf = (port: number): string => `http://127.0.0.1:${port}/v1/status`;

async function waitUntilPaused(port: number): Promise<void> {
  await vi.waitFor(
    async () => {
      const { data } = (await (await fetch(statusOf(port))).json()) as {
        data: { attributes: { paused: boolean } };
      };
      expect(data.attributes.paused).toBe(true);
    },
    { timeout: 30_000, interval: 100 },
  );
}

async function resume(port: number): Promise<void> {
  const body = JSON.stringify({ data: { attributes: { paused: false }, id: 'default', type: 'status' } });
  expect((await fetch(statusOf(port), { method: 'PATCH', body })).status).toBe(200);
}

test('the TestRun has only members that the operator knows', () => {
  const validate = new Ajv2020({ allErrors: true }).compile(schema);
  validate(manifest);
  expect(validate.errors).toBeNull();
  expect(validate({ ...manifest, spec: { ...manifest.spec, paralelism: 4 } })).toBe(false);
});

test('the volumes it names are claimed', async () => {
  const volumes = await readFile(new URL('volumes.yaml', import.meta.url), 'utf8');
  const claims = parseAllDocuments(volumes).map((document) => document.getIn(['metadata', 'name']));
  expect(claims).toEqual(['gateproof-load', 'gateproof-results']);
  expect(manifest.spec.script.volumeClaim.name).toBe('gateproof-load');
  expect(text).toContain('claimName: gateproof-results');
});

describe.runIf(k6?.kind === 'binary')('what the operator runs, with the real k6', { timeout: 60_000 }, () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gateproof-operator-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const run = (args: readonly string[], env: Readonly<Record<string, string>>) =>
    promisify(execFile)(k6?.kind === 'binary' ? k6.path : 'k6', [...args], {
      env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...env },
    });

  test('the initializer can read the script, and the runners write samples that give one verdict', async () => {
    const backend = await stubLauncher({ verificationMs: 1, serverTiming: true })({});
    try {
      // The volume: scripts and pool side by side.
      await cp(new URL('../k6', import.meta.url), folder, { recursive: true });
      await writeFile(join(folder, 'tokens.ndjson'), '{"token":"a"}\n{"token":"b"}\n');
      const script = join(folder, manifest.spec.script.volumeClaim.file);
      const local = {
        TARGET_URL: backend.url,
        TOKENS: join(folder, 'tokens.ndjson'),
        RATE: '40',
        DURATION: '3',
      };
      const environment = (pod: Pod) => ({
        ...Object.fromEntries(
          pod.env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])),
        ),
        ...local,
      });
      const archive = join(folder, 'archived.tar');
      await run(
        ['archive', script, '-O', archive, ...manifest.spec.arguments.split(' ')],
        environment(manifest.spec.initializer),
      );
      const { stdout } = await run(
        ['inspect', '--execution-requirements', archive],
        environment(manifest.spec.initializer),
      );
      expect(JSON.parse(stdout)).toMatchObject({ maxVUs: expect.any(Number) as number });

      const { parallelism } = manifest.spec;
      const ports = await freePorts(parallelism);
      const runners = ports.map((port, index) =>
        run(
          [
            ...['run', '--quiet', ...segmentOf({ index, of: parallelism })],
            ...[...manifest.spec.arguments.split(' '), script, `--address=127.0.0.1:${port}`, '--paused'],
            ...['--tag', `instance_id=${index + 1}`, '--tag', `testrun_name=${manifest.metadata.name}`],
          ],
          { ...environment(manifest.spec.runner), K6_OUT: `csv=${join(folder, `runner-${index}.csv`)}` },
        ),
      );
      // The starter: all go on when all are there.
      const resumed = Promise.all(ports.map(waitUntilPaused)).then(() => Promise.all(ports.map(resume)));
      await Promise.all([...runners, resumed]);
      const files = (await readdir(folder))
        .filter((name) => name.endsWith('.csv'))
        .map((name) => join(folder, name));
      expect(files).toHaveLength(parallelism);
      const report = await mergeLoad({
        ...{ files, scenario: 'steady', version: '0' },
        limits: { 'session-calls': 'off', 'jwks-hit-rate': 'off', 'verification-p99': 1e6 },
      });
      expect(report.scenarios[0]?.requests.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(
        3 * 40 - 5,
      );
      expect(report.scenarios[0]?.generator.dropped === 0 ? report.verdict : 'pass').toBe('pass');
    } finally {
      await backend[Symbol.asyncDispose]();
    }
  });
});
