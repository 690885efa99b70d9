import { fileURLToPath } from 'node:url';
import { type Contract, loadContract } from '../../../spec/index.ts';
import type { Check, Finding } from '../../model.ts';
import { runCheck } from '../../run-check.ts';
import { createFakeLab, type FakeLabOptions } from './fake-lab.ts';

/** How each check is shown to fail: by its id, a backend with the fault it is for. */
export type Breakages = Readonly<Record<string, FakeLabOptions>>;

/** The contract of this project, on which the fake API is modelled. */
export const contract: Contract = await loadContract(
  fileURLToPath(new URL('../../../spec/openapi.yaml', import.meta.url)),
);

/** What a check finds on the good backend, or on one that is broken. */
export async function findingOn(check: Check, options: FakeLabOptions = {}): Promise<Finding> {
  return (await runCheck(check, createFakeLab(contract, options), 10_000)).finding;
}
