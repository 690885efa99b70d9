import type { Check } from '../model.ts';
import { authorizationHeaderChecks } from './authorization-header/index.ts';
import { authorizationChecks } from './authorization/index.ts';
import { errorContractChecks } from './error-contract/index.ts';
import { evidenceChecks } from './evidence/index.ts';
import { jwksChecks } from './jwks/index.ts';
import { expiryChecks, tokenChecks } from './tokens/index.ts';

export { allInvariants } from './invariants/index.ts';

/** Every check of the suite; each is judged by the requirement with its id. Those that wait come first. */
export const allChecks: readonly Check[] = [
  ...expiryChecks,
  ...authorizationHeaderChecks,
  ...tokenChecks,
  ...jwksChecks,
  ...authorizationChecks,
  ...errorContractChecks,
  ...evidenceChecks,
];
