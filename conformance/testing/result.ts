import type { CheckResult } from '../model.ts';

/** A line of a report, made up: a MUST that passes, but for what is given. */
export function resultOf(id: string, rest: Partial<CheckResult> = {}): CheckResult {
  return {
    id,
    area: 'claims',
    level: 'MUST',
    title: `Title of ${id}`,
    sentence: `${id} MUST hold.`,
    outcome: 'pass',
    expected: 'refused with 401 invalid_token',
    observed: 'answered 401 with error_code invalid_token',
    references: ['RFC 7519 §4.1.4', 'RFC 8725 §3.10'],
    remedy:
      'Compare the claim before anything is done for the caller, and refuse the token where it differs.',
    durationMs: 12,
    ...rest,
  };
}
