import type { Invariant } from '../invariant.ts';
export const allInvariants: readonly Invariant[] = [];
