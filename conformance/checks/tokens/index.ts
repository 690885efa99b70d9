import type { Check } from '../../model.ts';
import { forgedTokenChecks } from './forged.ts';
import { repeatedTokenChecks } from './repeated.ts';
import { transportChecks } from './transport.ts';

export { expiryChecks } from './expiry.ts';

/** What is in a token, but for those that expire meanwhile: its form, its algorithm, its claims (areas `token-form`, `algorithms-and-keys`, `claims`). */
export const tokenChecks: readonly Check[] = [
  ...forgedTokenChecks,
  ...transportChecks,
  ...repeatedTokenChecks,
];
