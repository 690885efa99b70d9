import { createLab } from '../lab.ts';
import type { Bench, Lab } from '../model.ts';

/** The same lab on a bench of the check's own. */
export function labOn(lab: Lab, bench: Bench): Lab {
  const { attacker, contract, database, settings, users, operations } = lab;
  const shared = { attacker, contract, database, settings, users, operations };
  return createLab({ ...shared, bench, startBench: lab.bench });
}
