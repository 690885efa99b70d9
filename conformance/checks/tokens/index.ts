import type { Check } from '../../model.ts';
import { expiryChecks } from './expiry.ts';
import { forgedTokenChecks } from './forged.ts';
import { repeatedTokenChecks } from './repeated.ts';
import { transportChecks } from './transport.ts';

/** What is in a token: its form, its algorithm, its claims (areas `token-form`, `algorithms-and-keys`, `claims`). */
export const tokenChecks: readonly Check[] = [
  ...forgedTokenChecks,
  ...transportChecks,
  ...repeatedTokenChecks,
  ...expiryChecks,
];
