import type { Check } from '../model.ts';
import { authorizationHeaderChecks } from './authorization-header/index.ts';
import { tokenChecks } from './tokens.ts';

export { allInvariants } from './invariants/index.ts';

/** Every check of the suite; each is judged by the requirement with its id. */
export const allChecks: readonly Check[] = [...tokenChecks, ...authorizationHeaderChecks];
