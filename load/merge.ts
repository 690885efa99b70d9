import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { JOURNAL_CAPACITY, type JournalEntry, type MockIdpControl } from '../mock-idp/index.ts';
import { LoadError } from './errors.ts';
import { openReplicas } from './issuer-replicas.ts';
import { Measurements } from './measurements.ts';
import type { LoadReport } from './model.ts';
import type { PlanOptions, ScenarioName } from './plan.ts';
import { resultOf } from './result.ts';
import { createSampleReader, type Sample } from './samples.ts';
import { planOf } from './scenarios.ts';
import type { Limits } from './thresholds.ts';

/** Seconds since the epoch, taken for milliseconds, are long before. */
const EARLIEST = Date.UTC(2000, 0);

export interface MergeOptions extends PlanOptions {
  /** What each k6 wrote with `--out csv=…` and K6_CSV_TIME_FORMAT=unix_milli. */
  readonly files: readonly string[];
  readonly scenario: ScenarioName;
  readonly version: string;
  /** Whose journals tell what the backend asked of its issuer: every server of it. Without any that is not measured. */
  readonly idps?: readonly MockIdpControl[];
  readonly limits?: Limits;
}

/**
 * One verdict on a load that was split among machines, each of which wrote its own samples: percentiles are of all
 * samples together. k6 itself judges each machine alone.
 *
 * @throws LoadError `usage` where a file cannot be read or has no samples
 */
export async function mergeLoad(options: MergeOptions): Promise<LoadReport> {
  const { files, scenario, version, idps, limits = {} } = options;
  // Twice, since second 0 is known only at the end, and a large run does not fit into memory as it is.
  const { startAt, last } = await timesOf(files);
  const measurements = new Measurements(startAt);
  for (const file of files) {
    await readSamples(file, (sample) => {
      measurements.add(sample);
    });
  }
  const seconds = options.seconds ?? Math.max(1, Math.round((last - startAt) / 1000));
  const rate = options.rate ?? Math.round((measurements.good().sent + measurements.bad().sent) / seconds);
  const journal = idps && (await journalOf(idps, startAt, last));
  const result = resultOf({
    plan: planOf(scenario, false, { ...options, seconds, rate }),
    ...{
      measurements,
      limits,
      instances: files.length,
      generator: { dropped: measurements.dropped },
      marks: [],
    },
    ...(journal && { journal }),
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

/** What all servers of the issuer were asked in that time; `undefined` where one has forgotten some of it. */
async function journalOf(
  idps: readonly MockIdpControl[],
  from: number,
  to: number,
): Promise<readonly JournalEntry[] | undefined> {
  const servers = await openReplicas(idps);
  const journals = await Promise.all(servers.map(({ issuer }) => issuer.journal()));
  const isForgotten = journals.some(
    (journal) => journal.length >= JOURNAL_CAPACITY && (journal[0]?.at ?? 0) > from,
  );
  return isForgotten ? undefined : journals.flat().filter(({ at }) => at >= from && at <= to + 1000);
}

/** When the first and the last sample of all were taken. Requests are stamped at their end. */
async function timesOf(
  files: readonly string[],
): Promise<{ readonly startAt: number; readonly last: number }> {
  let startAt = Number.POSITIVE_INFINITY;
  let last = 0;
  for (const file of files) {
    let count = 0;
    await readSamples(file, ({ at }) => {
      count += 1;
      startAt = Math.min(startAt, at);
      last = Math.max(last, at);
    });
    if (count === 0) {
      throw new LoadError(
        'usage',
        `${file} has no samples; it should be what k6 writes with --out csv=<file>`,
      );
    }
    if (startAt < EARLIEST) {
      throw new LoadError(
        'usage',
        `${file}: its times are not in milliseconds; set K6_CSV_TIME_FORMAT=unix_milli for k6`,
      );
    }
  }
  return { startAt, last };
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
