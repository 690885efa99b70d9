import type { Command } from 'commander';

/** What a build is held to. */
export interface GateOptions {
  readonly baseline?: string;
  readonly writeBaseline?: string;
  readonly requirements?: string;
  readonly partial?: boolean;
}

/** Adds the options that keep an old failure or a new rule from breaking a build. */
export function withGate(command: Command): Command {
  return command
    .option(
      '--baseline <file>',
      'failures that are accepted, each with a reason; an entry that passes now fails the run',
    )
    .option(
      '--write-baseline <file>',
      'write what fails to a baseline; its reasons are to be written by hand',
    )
    .option(
      '--requirements <version>',
      'only the requirements of this version, e.g. 1.0, with the levels they had',
    )
    .option(
      '--partial',
      'pass a backend that runs already by what can be tested as it runs; the verdict says what was not',
    );
}
