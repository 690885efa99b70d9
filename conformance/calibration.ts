import { controlFault } from './controls.ts';
import type { Lab, Principal } from './model.ts';

/** A claim of the contract's tokens that this backend cannot stand, though it is started with the settings for it. */
export interface Calibration {
  readonly claim: string;
  /** The two users with tokens that do without it. */
  readonly users: Lab['users'];
}

/** In order of how often a backend stumbles over them: a library that is given no audience refuses every token that has one. */
const CLAIMS = ['aud', 'iat', 'name', 'email'] as const;

/**
 * Finds the one claim for which good tokens are refused, so that the rest of the suite can be run without it instead of
 * ending at the first fault. `undefined` where no single claim is the reason.
 *
 * @throws TargetError where the target does not answer
 */
export async function calibrate(lab: Lab): Promise<Calibration | undefined> {
  for (const claim of CLAIMS) {
    const users = { owner: without(lab.users.owner, claim), other: without(lab.users.other, claim) };
    if ((await controlFault({ ...lab, users })) === undefined) return { claim, users };
  }
  return undefined;
}

/** Claims that this run leaves out of its good tokens. */
export function leftOut({ claims }: Principal): readonly string[] {
  return Object.keys(claims).filter((claim) => claims[claim] === null);
}

function without(user: Principal, claim: string): Principal {
  return { ...user, claims: { ...user.claims, [claim]: null } };
}
