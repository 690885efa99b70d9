import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configureLoad } from './load-config.ts';
import { runLoadCommand } from './run-load.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateproof-load-config-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function write(name: string, config: object): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify(config));
  return file;
}

test('load takes backend, contract, leeway, scenarios and limits from the configuration', async () => {
  const config = await write('all.json', {
    ...{
      start: 'npm start',
      contract: 'openapi.yaml',
      startTimeout: 60,
      settings: { leeway: 0, replicas: 2 },
    },
    load: { scenarios: ['steady'], rate: 7, duration: 9, thresholds: { drift: 'off' } },
  });
  const { url, options, startFolder } = await configureLoad(undefined, { config });
  expect(url).toBeUndefined();
  expect(startFolder).toBe(folder);
  expect(options).toEqual({
    ...{ config, start: 'npm start', contract: join(folder, 'openapi.yaml'), startTimeout: 60 },
    ...{ leeway: 0, replicas: 2, scenario: ['steady'], rate: 7, duration: 9, threshold: { drift: 'off' } },
  });
});

test('an option holds over the configuration, a limit by its name', async () => {
  const config = await write('over.json', {
    start: 'npm start',
    load: { scenarios: ['steady'], rate: 7, thresholds: { drift: 'off', 'verification-p99': 5 } },
  });
  const url = 'http://127.0.0.1:8000';
  const given = { config, scenario: ['smoke'], rate: 3, threshold: { 'verification-p99': 2 } };
  const { url: joined, options } = await configureLoad(url, given);
  expect(joined).toBe(url);
  expect(options).toEqual({ ...given, threshold: { drift: 'off', 'verification-p99': 2 } });
});

test('names the limits and scenarios of the configuration that there are not', async () => {
  const limit = await write('limit.json', { load: { thresholds: { 'refresh-p9': 1 } } });
  await expect(runLoadCommand(undefined, { config: limit })).rejects.toThrow('did you mean refresh-p95?');
  const scenario = await write('scenario.json', { load: { scenarios: ['stedy'] } });
  await expect(runLoadCommand(undefined, { config: scenario })).rejects.toThrow('did you mean steady?');
});
