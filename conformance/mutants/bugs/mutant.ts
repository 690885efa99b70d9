/** One bug, seen in real code or one keystroke away from it. */
export interface Mutant {
  /** What is wrong, in a few words. */
  readonly bug: string;
  /** Id of the check that must fail for the true reason. */
  readonly killer: string;
  /** Id of a check that leads to the answers which a killer about every answer judges. */
  readonly witness?: string;
  /** Tried at every change; the others take longer. */
  readonly core?: true;
}
