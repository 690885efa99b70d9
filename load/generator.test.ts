import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { faultOf, segmentOf, startGenerator } from './generator.ts';
import type { Sample } from './samples.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateproof-generator-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function run(script: string, stop = false) {
  const path = join(folder, 'k6');
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  const samples: Sample[] = [];
  const text: string[] = [];
  const generator = startGenerator(
    {
      k6: { kind: 'binary', path, version: '2.2.0' },
      ...{ script: '/scripts/smoke.ts', variables: { RATE: '7' }, folders: [], share: { index: 1, of: 3 } },
    },
    (sample) => samples.push(sample),
    (line) => {
      text.push(line);
      if (stop) generator.stop();
    },
  );
  return { end: await generator.ended, samples, text };
}

test('the n-th of several gets the n-th of as many equal shares', () => {
  expect(segmentOf({ index: 0, of: 3 })).toEqual([
    '--execution-segment',
    '0:1/3',
    '--execution-segment-sequence',
    '0,1/3,2/3,1',
  ]);
  expect(segmentOf({ index: 2, of: 3 })[1]).toBe('2/3:1');
});

test('k6 gets its share and its variables, and its samples are read to the last', async () => {
  const { end, samples, text } = await run(`
    echo "$RATE $*"
    echo metric_name,timestamp,metric_value,status,extra_tags
    echo http_req_duration,1000,2.5,200,kind=good`);
  expect(text).toEqual([
    '7 run --quiet --no-thresholds --no-color --out csv=- --summary-mode disabled --execution-segment 1/3:2/3 --execution-segment-sequence 0,1/3,2/3,1 /scripts/smoke.ts',
  ]);
  expect(samples).toMatchObject([{ at: 1000, value: 2.5, status: 200 }]);
  expect(faultOf(end)).toBeUndefined();
});

test.each([
  [104, 'its configuration is invalid (no such option)'],
  [107, 'its script failed (no such option)'],
  [42, 'it failed (no such option)'],
])('exit code %i is explained', async (code, meaning) => {
  const { end } = await run(`echo 'time="now" level=error msg="no such option"' >&2; exit ${code}`);
  expect(faultOf(end)).toBe(`k6 ended with ${code}: ${meaning}`);
});

test('it is ended by an interrupt, as from a terminal', async () => {
  const { end } = await run(`trap 'exit 105' INT; echo up; while :; do sleep 0.05; done`, true);
  expect(end.exitCode).toBe(105);
});
