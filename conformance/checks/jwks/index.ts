import type { Check } from '../../model.ts';
import { cacheChecks } from './cache.ts';
import { floodAndOutageChecks } from './flood-and-outage.ts';
import { floodChecks } from './flood.ts';
import { noFetchChecks } from './no-fetch.ts';
import { outageChecks } from './outage.ts';
import { rememberedChecks } from './remembered.ts';
import { removalChecks } from './removal.ts';
import { rotationChecks } from './rotation.ts';
import { slowChecks } from './slow.ts';
import { staleChecks } from './stale.ts';
import { startupChecks } from './startup.ts';
import { ttlChecks } from './ttl.ts';

/** The key set: how it is fetched, kept, replaced and done without (area `jwks`). */
export const jwksChecks: readonly Check[] = [
  ...startupChecks,
  ...cacheChecks,
  ...noFetchChecks,
  ...ttlChecks,
  ...rotationChecks,
  ...removalChecks,
  ...floodChecks,
  ...floodAndOutageChecks,
  ...outageChecks,
  ...staleChecks,
  ...slowChecks,
  ...rememberedChecks,
];
