import type { Command } from 'commander';
import type { Selection } from '../conformance/index.ts';
import { list } from './values.ts';

export interface SelectionOptions {
  readonly area?: readonly string[];
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  readonly level?: string;
}

/** Adds the options that choose among the checks. */
export function withSelection(command: Command): Command {
  return command
    .option('--area <area>', 'run only this area; repeatable', list)
    .option('--only <id>', 'run only this check; repeatable', list)
    .option('--skip <id>', 'leave this check out; repeatable', list)
    .option('--level <level>', 'the least binding level to run: MUST, SHOULD or MAY');
}

export function selectionFrom({ area, only, skip, level }: SelectionOptions): Selection {
  return {
    ...(area && { areas: area }),
    ...(only && { only }),
    ...(skip && { skip }),
    ...(level && { level }),
  };
}
