/** One check of a token: what a verifier of the contract makes of it. */
export interface Step {
  readonly name: string;
  /** `unknown` where the setting it is compared with was not given. */
  readonly outcome: 'pass' | 'fail' | 'unknown';
  readonly detail: string;
  /** What to do; absent where that is plain or nothing. */
  readonly remedy?: string;
}

/** A value as JSON, cut short. */
export function shown(value: unknown): string {
  if (value === undefined) return 'none';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
