import { type Diagnosis, error, ok, unknown, warning } from './diagnosis.ts';
import { getJson } from './get-json.ts';
import { isRecord } from './record.ts';
import type { DoctorSettings, Setting } from './settings.ts';
import { askable } from './urls.ts';

/** What an issuer says of itself. */
export interface Discovered {
  readonly diagnoses: readonly Diagnosis[];
  readonly jwksUrl?: string;
}

/** Reads the discovery document of the issuer, where there is one, and compares it with the settings. */
export async function checkDiscovery(
  { issuer, jwksUrl }: DoctorSettings,
  fetch: typeof globalThis.fetch,
): Promise<Discovered> {
  const base = askable(issuer);
  if (issuer === undefined) {
    const remedy = 'Set it to the iss of the tokens, to the last character.';
    return { diagnoses: [error('issuer-missing', 'no BETTER_AUTH_URL was given', remedy)] };
  }
  if (base === undefined) return { diagnoses: [] };
  let broken: Diagnosis | undefined;
  for (const url of locations(base)) {
    const answer = await getJson(url, fetch);
    if (answer.kind === 'json' && isRecord(answer.value)) {
      return compare(url.href, answer.value, issuer, jwksUrl);
    }
    if (answer.kind === 'unreachable' || answer.kind === 'timeout') {
      const remedy =
        'Start it, or mend the address; an API that only has the key set needs no more than that.';
      return { diagnoses: [warning('discovery-unreachable', `${url.href} ${answer.cause}`, remedy)] };
    }
    // Where there is none, servers say so in many ways; where there is one that fails, they answer otherwise.
    if (answer.kind === 'json' || (answer.kind === 'status' && (answer.status ?? 0) < 500)) continue;
    broken ??= warning(
      'discovery-broken',
      `${url.href} ${answer.cause}`,
      'Answer 200 with the document as JSON, or 404 where there is none.',
    );
  }
  if (broken !== undefined) return { diagnoses: [broken] };
  return {
    diagnoses: [
      unknown(
        'discovery-none',
        `${issuer.value} has no discovery document, so its issuer could not be compared`,
        'Show a token with --token instead: its iss is what counts.',
      ),
    ],
  };
}

/** OpenID Connect Discovery §4 puts it behind the path of the issuer, RFC 8414 §3 before it. */
function locations(issuer: URL): readonly URL[] {
  const path = issuer.pathname.replace(/\/$/, '');
  return [
    new URL(`${path}/.well-known/openid-configuration`, issuer),
    new URL(`/.well-known/oauth-authorization-server${path}`, issuer),
  ];
}

function compare(
  url: string,
  document: Readonly<Record<string, unknown>>,
  issuer: Setting,
  jwksUrl: Setting | undefined,
): Discovered {
  const { issuer: stated, jwks_uri: keySet, id_token_signing_alg_values_supported: algorithms } = document;
  const diagnoses: Diagnosis[] = [compareIssuer(url, stated, issuer)];
  if (typeof keySet === 'string' && jwksUrl !== undefined && keySet !== jwksUrl.value) {
    diagnoses.push(
      warning(
        'jwks-url-differs',
        `${url} names ${keySet} as the key set, but ${jwksUrl.place} is ${jwksUrl.value}`,
        'Use the one of the document, unless both show the same keys.',
      ),
    );
  }
  if (Array.isArray(algorithms) && !algorithms.includes('RS256')) {
    diagnoses.push(
      warning(
        'discovery-no-rs256',
        `${url} does not name RS256 among its algorithms (${algorithms.join(', ')})`,
        'Let the identity provider sign with RS256.',
      ),
    );
  }
  return { diagnoses, ...(typeof keySet === 'string' && { jwksUrl: keySet }) };
}

/** Compared as strings, as RFC 7519 §4.1.1 and RFC 8414 §3.3 have it. */
function compareIssuer(url: string, stated: unknown, { place, value: issuer }: Setting): Diagnosis {
  if (stated === issuer) return ok('issuer', `${url} names the issuer ${issuer}, as configured`);
  const shown = typeof stated === 'string' ? stated : 'none';
  if (typeof stated === 'string' && stated.replace(/\/$/, '') === issuer.replace(/\/$/, '')) {
    return error(
      'issuer-slash',
      `${url} names the issuer ${shown}, but ${place} is ${issuer}: they differ by the slash at the end`,
      `Make it ${stated}. Issuers are compared character by character (RFC 7519 §4.1.1).`,
    );
  }
  return error(
    'issuer-differs',
    `${url} names the issuer ${shown}, but ${place} is ${issuer}`,
    'Make it what stands in the iss of the tokens, to the last character.',
  );
}
