import type { Check } from '../../model.ts';
import { cacheChecks } from './cache.ts';
import { cacheControlChecks } from './cache-control.ts';
import { documentFormChecks } from './document-forms.ts';
import { documentChecks } from './documents.ts';
import { floodAndOutageChecks } from './flood-and-outage.ts';
import { floodChecks } from './flood.ts';
import { keyFormChecks } from './key-form.ts';
import { keyPurposeChecks } from './key-purpose.ts';
import { keyStrengthChecks } from './key-strength.ts';
import { keySourceChecks } from './key-source.ts';
import { noFetchChecks } from './no-fetch.ts';
import { outageChecks } from './outage.ts';
import { publishedAlgorithmChecks } from './published-algorithms.ts';
import { redirectChecks } from './redirects.ts';
import { rememberedChecks } from './remembered.ts';
import { removalChecks } from './removal.ts';
import { rotationChecks } from './rotation.ts';
import { sameKidChecks } from './same-kid.ts';
import { slowChecks } from './slow.ts';
import { staleChecks } from './stale.ts';
import { startupChecks } from './startup.ts';
import { ttlChecks } from './ttl.ts';

/** The key set: how it is fetched, kept, replaced and done without (area `jwks`). */
export const jwksChecks: readonly Check[] = [
  ...startupChecks,
  ...keySourceChecks,
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
  ...documentChecks,
  ...documentFormChecks,
  ...cacheControlChecks,
  ...redirectChecks,
  ...keyPurposeChecks,
  ...keyStrengthChecks,
  ...keyFormChecks,
  ...sameKidChecks,
  ...publishedAlgorithmChecks,
];
