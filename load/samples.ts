/** One measurement of k6, of those that are judged. Times in milliseconds. */
export interface Sample {
  readonly metric: 'request' | 'verification' | 'dropped';
  /** Since the epoch. */
  readonly at: number;
  readonly value: number;
  /** See `Kind` of k6/requests.ts, and `sign-in` and `refresh`. */
  readonly kind: string;
  /** Name of the forgery, of a bad token. */
  readonly forgery: string;
  /** 0 where no answer came. */
  readonly status: number;
  /** Who measured a verification: `server-timing` or `paired`. */
  readonly source: string;
}

const METRICS: Readonly<Record<string, Sample['metric']>> = {
  http_req_duration: 'request',
  verification: 'verification',
  dropped_iterations: 'dropped',
};

/**
 * Reads what `k6 run --out csv=-` writes, line by line: gives the samples to one side and all else, which is k6's own
 * summary, to the other. The names of the columns stand in the first line.
 */
export function createSampleReader(
  onSample: (sample: Sample) => void,
  onText: (line: string) => void,
): (line: string) => void {
  let columns: readonly string[] | undefined;
  return (line) => {
    if (line.startsWith('metric_name,')) {
      columns = line.split(',');
      return;
    }
    const [name = ''] = line.split(',', 1);
    if (columns === undefined || !/^[a-z_0-9]+$/.test(name) || !line.includes(',')) {
      onText(line);
      return;
    }
    const metric = METRICS[name];
    if (metric === undefined) return;
    const fields = line.split(',');
    const field = (column: string): string => fields[columns?.indexOf(column) ?? -1] ?? '';
    const tags = new URLSearchParams(field('extra_tags'));
    onSample({
      metric,
      at: Number(field('timestamp')),
      value: Number(field('metric_value')),
      kind: tags.get('kind') ?? '',
      forgery: tags.get('forgery') ?? '',
      status: Number(field('status')),
      source: tags.get('source') ?? '',
    });
  };
}
