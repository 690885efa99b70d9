import type { ThresholdResult } from '../model.ts';

/** A measured value with its unit. */
export function figure(value: number, unit: string): string {
  const digits = Number.isInteger(value) ? 0 : unit === '%' ? 3 : 2;
  return `${value.toFixed(digits)} ${unit}`;
}

/** What is allowed: `≤ 0`, `< 10`, `> 99`. */
export function bounded({ bound, limit }: Pick<ThresholdResult, 'bound' | 'limit'>): string {
  return `${{ most: '≤', below: '<', above: '>' }[bound]} ${limit}`;
}
