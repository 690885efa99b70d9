import type { KeyObject } from 'node:crypto';
import { checkAudience } from './audience.ts';
import { type Diagnosis, error } from './diagnosis.ts';
import { checkDiscovery } from './discovery.ts';
import { getJson } from './get-json.ts';
import { judgeKeySet, type JudgedKeySet } from './key-set.ts';
import { checkLifetimes } from './lifetimes.ts';
import { checkOrigins } from './origins.ts';
import { isRecord } from './record.ts';
import { checkSecret } from './secret.ts';
import type { DoctorSettings } from './settings.ts';
import { askable, checkUrls } from './urls.ts';

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

async function checkKeySet(
  settings: DoctorSettings,
  discovered: string | undefined,
  fetch: typeof globalThis.fetch,
): Promise<JudgedKeySet> {
  const url =
    settings.jwksUrl === undefined && discovered !== undefined && URL.canParse(discovered)
      ? new URL(discovered)
      : askable(settings.jwksUrl);
  if (url === undefined) {
    // One that was given and is no URL has been named already.
    if (settings.jwksUrl !== undefined) return { diagnoses: [], keys: new Map() };
    return none(
      'jwks-missing',
      'no BETTER_AUTH_JWKS_URL was given, and the issuer names no key set',
      'Set it to the key set: /api/auth/jwks of a Better Auth, /.well-known/jwks.json of most others.',
    );
  }
  const answer = await getJson(url, fetch);
  if (answer.kind === 'json') return judgeKeySet(url.href, answer.value);
  const elsewhere = await findElsewhere(settings, url, discovered, fetch);
  return none(
    `jwks-${answer.kind}`,
    `the key set ${url.href} ${answer.cause}`,
    elsewhere === undefined
      ? `See that the identity provider runs and that its JWT plugin is on; then try: curl -i ${url.href}`
      : `A key set is at ${elsewhere}: set BETTER_AUTH_JWKS_URL to it.`,
  );
}

function none(id: string, cause: string, remedy: string): JudgedKeySet {
  return { diagnoses: [error(id, cause, remedy)], keys: new Map() };
}

/** Where the issuer says it is; else the two addresses that guides mix up: Better Auth's own, and the usual one. */
async function findElsewhere(
  { issuer }: DoctorSettings,
  tried: URL,
  discovered: string | undefined,
  fetch: typeof globalThis.fetch,
): Promise<string | undefined> {
  const base = askable(issuer)?.origin ?? tried.origin;
  for (const place of [discovered, '/api/auth/jwks', '/.well-known/jwks.json']) {
    if (place === undefined || !URL.canParse(place, base)) continue;
    const url = new URL(place, base);
    if (url.href === tried.href) continue;
    const answer = await getJson(url, fetch);
    if (answer.kind === 'json' && isRecord(answer.value) && Array.isArray(answer.value['keys']))
      return url.href;
  }
  return undefined;
}
