import { judgeDelivery } from './delivery.ts';
import { error } from './diagnosis.ts';
import { getJson } from './get-json.ts';
import { judgeKeySet, type JudgedKeySet } from './key-set.ts';
import { isRecord } from './record.ts';
import type { DoctorSettings } from './settings.ts';
import { askable } from './urls.ts';

/** Asks for the key set: where the settings say it is, else where the issuer does. */
export async function checkKeySet(
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
      'no address of a key set was given, and the issuer names none',
      'Give it (BETTER_AUTH_JWKS_URL): /api/auth/jwks of a Better Auth, /.well-known/jwks.json of most others.',
    );
  }
  const answer = await getJson(url, fetch);
  if (answer.kind === 'json') {
    const { diagnoses, keys } = judgeKeySet(url.href, answer.value);
    return { keys, diagnoses: [...diagnoses, ...judgeDelivery(url.href, answer.received)] };
  }
  const elsewhere = await findKeySet(settings, { tried: url, discovered, fetch });
  return none(
    `jwks-${answer.kind}`,
    `the key set ${url.href} ${answer.cause}`,
    elsewhere === undefined
      ? `See that the identity provider runs and that its JWT plugin is on; then try: curl -i ${url.href}`
      : `A key set is at ${elsewhere}: use that address.`,
  );
}

function none(id: string, cause: string, remedy: string): JudgedKeySet {
  return { diagnoses: [error(id, cause, remedy)], keys: new Map() };
}

interface Search {
  /** What has been asked already. */
  readonly tried?: URL;
  readonly discovered?: string | undefined;
  readonly fetch: typeof globalThis.fetch;
}

/** Where the issuer says it is; else the two addresses that guides mix up: Better Auth's own, and the usual one. */
export async function findKeySet(
  { issuer }: DoctorSettings,
  { tried, discovered, fetch }: Search,
): Promise<string | undefined> {
  const base = askable(issuer)?.origin ?? tried?.origin;
  for (const place of [discovered, '/api/auth/jwks', '/.well-known/jwks.json']) {
    if (place === undefined || !URL.canParse(place, base)) continue;
    const url = new URL(place, base);
    if (url.href === tried?.href) continue;
    const answer = await getJson(url, fetch);
    if (answer.kind === 'json' && isRecord(answer.value) && Array.isArray(answer.value['keys']))
      return url.href;
  }
  return undefined;
}
