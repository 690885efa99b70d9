import type { Check } from '../../model.ts';
import { cacheChecks } from './cache.ts';
import { noFetchChecks } from './no-fetch.ts';

/** The key set: how it is fetched, kept, replaced and done without (area `jwks`). */
export const jwksChecks: readonly Check[] = [...cacheChecks, ...noFetchChecks];
