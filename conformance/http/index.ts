export { parseChallenges } from './challenge.ts';
export type { Challenge } from './challenge.ts';
export { redact } from './redact.ts';
export { createTarget } from './target.ts';
export { TargetError } from './target-error.ts';
