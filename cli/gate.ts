import { writeFile } from 'node:fs/promises';
import {
  type Baseline,
  BaselineError,
  baselineText,
  loadBaseline,
  type Report,
} from '../conformance/index.ts';
import { loadRequirementSet, type RequirementSet } from '../spec/index.ts';
import { UsageError } from './errors.ts';
import type { GateOptions } from './gate-options.ts';

export interface Gate {
  readonly baseline?: Baseline;
  readonly requirementSet?: RequirementSet;
  readonly partial?: boolean;
  /** Where the failures are to be written, and what was accepted there before. */
  readonly write?: { readonly path: string; readonly earlier: Baseline };
}

/** @throws BaselineError and ContractError before a run that could not be judged */
export async function gateFrom({
  baseline,
  writeBaseline,
  requirements,
  partial,
}: GateOptions): Promise<Gate> {
  return {
    ...(baseline !== undefined && { baseline: await loadBaseline(baseline) }),
    ...(partial !== undefined && { partial }),
    ...(requirements !== undefined && { requirementSet: loadRequirementSet(requirements) }),
    ...(writeBaseline !== undefined && {
      write: { path: writeBaseline, earlier: await earlierBaseline(writeBaseline) },
    }),
  };
}

export async function writeGate(report: Report, write: NonNullable<Gate['write']>): Promise<void> {
  try {
    await writeFile(write.path, baselineText(report.checks, write.earlier));
  } catch (error) {
    throw new UsageError(`the baseline cannot be written to ${write.path}: ${(error as Error).message}`);
  }
}

/** Reasons are kept, so what cannot be understood is not written over. */
async function earlierBaseline(path: string): Promise<Baseline> {
  try {
    return await loadBaseline(path);
  } catch (error) {
    if (error instanceof BaselineError && error.code === 'unreadable') return { accepted: [] };
    throw error;
  }
}
