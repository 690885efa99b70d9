import type { KeyObject } from 'node:crypto';
import { checkAudience } from './audience.ts';
import type { Diagnosis } from './diagnosis.ts';
import { checkDiscovery } from './discovery.ts';
import { checkLifetimes } from './lifetimes.ts';
import { checkOrigins } from './origins.ts';
import { checkKeySet } from './published-key-set.ts';
import { checkSecret } from './secret.ts';
import type { DoctorSettings } from './settings.ts';
import { checkUrls } from './urls.ts';

/** All that was found, and the keys that a token can be held against. */
export interface Diagnosed {
  readonly diagnoses: readonly Diagnosis[];
  readonly keys: ReadonlyMap<string, KeyObject>;
}

/**
 * Looks at a whole configuration and says everything at once. Asks the issuer for its discovery document and its key
 * set, as an API would, and sends nothing else to anybody. Never throws.
 */
export async function diagnose(
  settings: DoctorSettings,
  { fetch }: { readonly fetch: typeof globalThis.fetch },
): Promise<Diagnosed> {
  const discovered = await checkDiscovery(settings, fetch);
  const keySet = await checkKeySet(settings, discovered.jwksUrl, fetch);
  return {
    keys: keySet.keys,
    diagnoses: [
      ...checkUrls(settings),
      ...discovered.diagnoses,
      ...keySet.diagnoses,
      ...checkAudience(settings),
      ...checkSecret(settings),
      ...checkLifetimes(settings),
      ...checkOrigins(settings),
    ],
  };
}
