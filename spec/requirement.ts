/** How binding a requirement is (RFC 2119). A failed MUST fails the run; a failed SHOULD or MAY is a warning. */
export type Level = 'MUST' | 'SHOULD' | 'MAY';

/** The areas of the suite, in the order in which reports show them. */
export const AREAS: readonly Area[] = [
  'authorization-header',
  'token-form',
  'algorithms-and-keys',
  'claims',
  'jwks',
  'authorization',
  'error-contract',
  'evidence',
];

export type Area =
  | 'authorization-header'
  | 'token-form'
  | 'algorithms-and-keys'
  | 'claims'
  | 'jwks'
  | 'authorization'
  | 'error-contract'
  | 'evidence';

/** One rule that an API must keep, as held in `spec/requirements/<area>.yaml`. */
export interface Requirement {
  /** Kebab-case slug, unique in the project; also the id of its check. */
  readonly id: string;
  readonly area: Area;
  readonly level: Level;
  /** A few words, no full stop. */
  readonly title: string;
  /** The rule itself, one sentence with MUST, SHOULD or MAY in it. */
  readonly sentence: string;
  /** RFC sections ("RFC 7515 §4.1.11"), CVE numbers. At least one. */
  readonly references: readonly string[];
  /** What to change in the backend when the check fails; one or two sentences. */
  readonly remedy: string;
}

/** A rule of the catalogue without a check, and why. */
export interface ExcludedRequirement {
  readonly id: string;
  readonly area: Area;
  readonly title: string;
  readonly excluded: string;
}
