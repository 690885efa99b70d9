import type { Check } from '../../model.ts';
import { bigKeyChecks } from './big-key.ts';
import { cacheChecks } from './cache.ts';
import { databaseChecks } from './database.ts';
import { latencyChecks } from './latency.ts';
import { outputChecks } from './output.ts';

/** What the journal, the clock and the backend's own output show (area `evidence`). */
export const evidenceChecks: readonly Check[] = [
  ...cacheChecks,
  ...latencyChecks,
  ...bigKeyChecks,
  ...outputChecks,
  ...databaseChecks,
];
