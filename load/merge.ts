import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { IssuerControl } from '../mock-idp/index.ts';
import { LoadError } from './errors.ts';
import { Measurements } from './measurements.ts';
import type { LoadReport } from './model.ts';
import type { PlanOptions, ScenarioName } from './plan.ts';
import { resultOf } from './result.ts';
import { createSampleReader, type Sample } from './samples.ts';
import { planOf } from './scenarios.ts';
import type { Limits } from './thresholds.ts';

export interface MergeOptions extends PlanOptions {
  /** What each k6 wrote with `--out csv=…` and K6_CSV_TIME_FORMAT=unix_milli. */
  readonly files: readonly string[];
  readonly scenario: ScenarioName;
  readonly version: string;
  /** Whose journal tells what the backend asked of its issuer; without it that is not measured. */
  readonly issuer?: IssuerControl;
  readonly limits?: Limits;
}

/**
 * One verdict on a load that was split among machines, each of which wrote its own samples: percentiles are of all
 * samples together. k6 itself judges each machine alone.
 *
 * @throws LoadError `usage` where a file cannot be read or has no samples
 */
export async function mergeLoad(options: MergeOptions): Promise<LoadReport> {
  const { files, scenario, version, issuer, limits = {} } = options;
  const samples: Sample[] = [];
  for (const file of files) {
    const before = samples.length;
    await readSamples(file, (sample) => samples.push(sample));
    if (samples.length === before) {
      throw new LoadError(
        'usage',
        `${file} has no samples; it should be what k6 writes with --out csv=<file>`,
      );
    }
  }
  const times = samples.map(({ at }) => at);
  // Requests are stamped at their end.
  const startAt = times.reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY);
  const last = times.reduce((most, at) => Math.max(most, at), startAt);
  if (startAt < Date.UTC(2000, 0)) {
    throw new LoadError(
      'usage',
      `${files.join(', ')}: times are not in milliseconds; set K6_CSV_TIME_FORMAT=unix_milli for k6`,
    );
  }
  const measurements = new Measurements(startAt);
  for (const sample of samples) measurements.add(sample);
  const seconds = options.seconds ?? Math.max(1, Math.round((last - startAt) / 1000));
  const rate = options.rate ?? Math.round((measurements.good().sent + measurements.bad().sent) / seconds);
  const journal = await issuer?.journal();
  const result = resultOf({
    plan: planOf(scenario, false, { ...options, seconds, rate }),
    ...{
      measurements,
      limits,
      instances: files.length,
      generator: { dropped: measurements.dropped },
      marks: [],
    },
    ...(journal && { journal: journal.filter(({ at }) => at >= startAt && at <= last + 1000) }),
    notes: [`samples of ${files.length} generators, counted together`],
  });
  return {
    gateproof: version,
    k6: 'elsewhere',
    target: 'elsewhere',
    verdict: result.verdict,
    scenarios: [result],
  };
}

async function readSamples(file: string, onSample: (sample: Sample) => void): Promise<void> {
  const lines = createInterface({ input: createReadStream(file) });
  const read = createSampleReader(onSample, () => undefined);
  try {
    for await (const line of lines) read(line);
  } catch (cause) {
    throw new LoadError('usage', `${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
