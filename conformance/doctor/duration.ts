const SECONDS = { '': 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Seconds of `900`, `15m`, `1h`, `30d`; `undefined` where it is none of these. */
export function durationSeconds(text: string): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*([smhdw]?)$/.exec(text.trim()) ?? [];
  if (digits === undefined) return undefined;
  return Number(digits) * SECONDS[(unit ?? '') as keyof typeof SECONDS];
}

/** The shortest way to write so many seconds, e.g. `15 minutes`. */
export function spell(seconds: number): string {
  for (const [unit, size] of [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ] as const) {
    if (seconds >= size && seconds % size === 0) return plural(seconds / size, unit);
  }
  return plural(seconds, 'second');
}

function plural(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
