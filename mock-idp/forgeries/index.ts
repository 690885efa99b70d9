import type { Forgery } from './forgery.ts';

/** Every forged token there is, one defect each. */
export const forgeries: readonly Forgery[] = [];
