import { ATTACKER } from './issuer-name.ts';
import type { Settings } from './settings.ts';

/** Where one issuer is. */
export interface Addresses {
  /** Where its endpoints are; differs from `issuer` where that is pinned. */
  readonly baseUrl: string;
  /** The `iss` of its tokens. */
  readonly issuer: string;
  /** Where its key set is, by its discovery document. */
  readonly jwksUrl: string;
}

/** @param url of the server, without a trailing slash */
export function addressesOf(
  name: string,
  url: string,
  { issuer, metadata, preset }: Pick<Settings, 'issuer' | 'metadata' | 'preset'>,
): Addresses {
  const baseUrl = name === '' ? url : `${url}/${name}`;
  const { jwks_uri: elsewhere } = metadata;
  return {
    baseUrl,
    issuer: issuer ?? `${baseUrl}${preset.issuerPath}`,
    jwksUrl: typeof elsewhere === 'string' ? elsewhere : `${baseUrl}${preset.paths.jwks ?? ''}`,
  };
}

/** What is pinned for one issuer where the default issuer is pinned: named ones are below it. */
export function pinnedBelow(pinned: string | undefined, name: string): string | undefined {
  // A trap that is not where its tokens say it is would catch nobody.
  if (pinned === undefined || name === ATTACKER) return undefined;
  return name === '' ? pinned : `${pinned.replace(/\/$/u, '')}/${name}`;
}
