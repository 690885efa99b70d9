import { createLab } from '../lab.ts';
import type { Bench, Lab } from '../model.ts';

/** The same lab on a bench of the check's own. */
export function labOn(lab: Lab, bench: Bench): Lab {
  const { attacker, contract, settings, users, operations } = lab;
  return createLab({ bench, attacker, contract, settings, users, operations, startBench: lab.bench });
}
