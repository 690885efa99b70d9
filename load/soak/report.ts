import type { Counts } from './messages.ts';
import type { Chronicle } from './story.ts';
import { trendOf } from './trend.ts';
import type { Trend } from './trend.ts';

/** Memory of the API process after a garbage collection, in bytes. */
export interface MemorySample {
  /** Milliseconds since the start. */
  readonly at: number;
  /** Answered so far. */
  readonly requests: number;
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
}

export interface Summary {
  readonly seconds: number;
  readonly node: string;
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly counts: Counts;
  readonly rotations: number;
  readonly withdrawals: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly memory: { readonly heapUsed: Trend; readonly rss: Trend };
  readonly samples: readonly MemorySample[];
  /** Why the run is not passed; empty where it is. */
  readonly problems: readonly string[];
}

export interface Run {
  readonly seconds: number;
  readonly counts: Counts;
  readonly chronicle: Chronicle;
  readonly samples: readonly MemorySample[];
}

/** Caches fill and code is compiled in the first part of a run; growth is judged on the rest. */
const WARM_UP = 0.25;
/** How much the line through the memory may rise over the time that is judged, as a part of its mean. */
const MAX_GROWTH = { heapUsed: 0.05, rss: 0.1 } as const;

/** What a run came to: the trend of the memory is a line through all samples after the warm-up, not two points. */
export function summarize({ seconds, counts, chronicle, samples }: Run): Summary {
  const judged = samples.slice(Math.floor(samples.length * WARM_UP));
  const trend = (name: 'heapUsed' | 'rss'): Trend =>
    trendOf(judged.map((sample) => ({ at: sample.at, value: sample[name] })));
  const memory = { heapUsed: trend('heapUsed'), rss: trend('rss') };
  const problems: string[] = [];
  if ((counts.good['200'] ?? 0) === 0) problems.push('no good token was accepted');
  if (counts.wrongs > 0) problems.push(`${counts.wrongs} wrong answers: ${counts.wrong[0] ?? ''}`);
  if (chronicle.rotations === 0 || chronicle.faults.size === 0) problems.push('no rotation or no fault');
  for (const name of ['heapUsed', 'rss'] as const) {
    const { growth } = memory[name];
    if (growth > MAX_GROWTH[name]) problems.push(`${name} grew by ${percent(growth)} of its mean`);
  }
  return {
    seconds,
    node: process.version,
    requests: counts.requests,
    requestsPerSecond: Math.round(counts.requests / seconds),
    counts,
    rotations: chronicle.rotations,
    withdrawals: chronicle.withdrawals,
    faults: Object.fromEntries(chronicle.faults),
    memory,
    samples,
    problems,
  };
}

export const render = {
  progress(samples: readonly MemorySample[]): string {
    const { at, requests, rss, heapUsed } = samples.at(-1) ?? { at: 0, requests: 0, rss: 0, heapUsed: 0 };
    return `${Math.round(at / 1000)} s: ${requests} requests, heap ${mebi(heapUsed)}, rss ${mebi(rss)}`;
  },

  summary(summary: Summary): string {
    const { counts, memory, problems } = summary;
    const line = (name: string, { mean, slope, growth }: Trend): string =>
      `${name}  mean ${mebi(mean)}, slope ${mebi(slope)}/min, growth ${percent(growth)}`;
    return [
      `${summary.requests} requests in ${summary.seconds} s (${summary.requestsPerSecond}/s), Node ${summary.node}`,
      `good tokens  ${statuses(counts.good)}; ${counts.late} of the 401 before a new key was due to be known`,
      `bad tokens   ${statuses(counts.bad)}`,
      `issuer       ${summary.rotations} rotations, ${summary.withdrawals} withdrawals, faults: ${statuses(summary.faults)}`,
      line('heap after gc', memory.heapUsed),
      line('rss          ', memory.rss),
      ...counts.wrong,
      problems.length === 0 ? 'passed' : `FAILED: ${problems.join('; ')}`,
    ].join('\n');
  },
};

function statuses(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name}: ${count}`)
    .join(', ');
}

function mebi(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(2)} MiB`;
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}
