import type { Sample } from '../samples.ts';

/** A sample of a good request that was answered at once, but for what is given. */
export function sample(rest: Partial<Sample> = {}): Sample {
  return { metric: 'request', at: 0, value: 1, kind: 'good', forgery: '', status: 200, source: '', ...rest };
}

/** As many of them. */
export function samples(count: number, rest: Partial<Sample> = {}): readonly Sample[] {
  return Array.from({ length: count }, () => sample(rest));
}
