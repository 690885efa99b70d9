import { expect, test } from 'vitest';
import { createSampleReader, type Sample } from './samples.ts';

const HEADER = 'metric_name,timestamp,metric_value,error_code,name,scenario,status,extra_tags,metadata';

function read(...lines: readonly string[]): {
  readonly samples: readonly Sample[];
  readonly text: readonly string[];
} {
  const samples: Sample[] = [];
  const text: string[] = [];
  const reader = createSampleReader(
    (sample) => samples.push(sample),
    (line) => text.push(line),
  );
  for (const line of lines) reader(line);
  return { samples, text };
}

test('reads requests, verifications and dropped iterations by the names of the columns', () => {
  const { samples } = read(
    HEADER,
    'http_req_duration,1795378706815,1.250000,,bad,refused,401,forgery=alg-none&kind=bad,',
    'verification,1795378706816,0.134000,,,steady,,source=server-timing,',
    'dropped_iterations,1795378706817,3.000000,,,steady,,,',
    'http_req_waiting,1795378706815,1.0,,bad,refused,401,kind=bad,',
  );
  expect(samples).toEqual([
    {
      metric: 'request',
      at: 1795378706815,
      value: 1.25,
      kind: 'bad',
      forgery: 'alg-none',
      status: 401,
      source: '',
    },
    {
      metric: 'verification',
      at: 1795378706816,
      value: 0.134,
      kind: '',
      forgery: '',
      status: 0,
      source: 'server-timing',
    },
    { metric: 'dropped', at: 1795378706817, value: 3, kind: '', forgery: '', status: 0, source: '' },
  ]);
});

test("passes k6's own words on", () => {
  const summary = ['', '  █ TOTAL RESULTS', '    http_reqs............: 240    32.3/s', '    vus: 0, of 3'];
  expect(read('before', HEADER, ...summary)).toEqual({ samples: [], text: ['before', ...summary] });
});
