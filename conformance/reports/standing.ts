import type { CheckResult } from '../model.ts';

/** What a result comes to, with its level and the baseline taken in. */
export type Standing = 'failed' | 'warned' | 'accepted' | 'not-testable' | 'passed' | 'not-applicable';

/** In the order in which people want to know. */
export const STANDINGS: readonly Standing[] = [
  'failed',
  'warned',
  'not-testable',
  'accepted',
  'passed',
  'not-applicable',
];

export function standingOf({ outcome, level, accepted }: CheckResult): Standing {
  if (outcome === 'pass') return 'passed';
  if (outcome !== 'fail') return outcome;
  if (accepted !== undefined) return 'accepted';
  return level === 'MUST' ? 'failed' : 'warned';
}

/** As a sentence says it: `not testable`. */
export function standingWords(standing: Standing): string {
  return standing.replace('-', ' ');
}

/** `12 passed, 1 failed`: what there is, in the order of `STANDINGS`. */
export function countStandings(checks: readonly CheckResult[]): ReadonlyMap<Standing, number> {
  const standings = checks.map(standingOf);
  return new Map(
    STANDINGS.map((standing) => [standing, standings.filter((each) => each === standing).length]),
  );
}
