import { redact } from '../http/index.ts';
import { version } from '../version.ts';
import { CLAUSES } from './clauses.ts';
import { type Diagnosis, error, warning } from './diagnosis.ts';
import { checkDiscovery } from './discovery.ts';
import { judgeToken } from './judge-token.ts';
import { checkKeySet, findKeySet } from './published-key-set.ts';
import type { DoctorSettings, Setting } from './settings.ts';
import { checkUrls } from './urls.ts';

export interface IdpCheckOptions {
  readonly issuer: string;
  /** Where the key set is; else what the discovery document says. */
  readonly jwksUrl?: string;
  /** What `aud` must hold. */
  readonly audience?: string;
  /** One real token, which is sent nowhere. */
  readonly token?: string;
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** One thing that was looked at. Holds no token and no key. */
export interface IdpFinding {
  /** Stable name, e.g. `jwks-private`. */
  readonly id: string;
  readonly severity: Diagnosis['severity'];
  readonly where: 'issuer' | 'discovery' | 'key set' | 'token';
  readonly what: string;
  /** The clause it is about. */
  readonly why: string;
  /** What to do; absent where nothing is to be done. */
  readonly remedy?: string;
}

/** Whether an identity provider can be the issuer of an API that keeps the contract. */
export interface IdpReport {
  readonly gateproof: string;
  readonly issuer: string;
  /** `none` where nothing could be asked, so that nothing can be said. */
  readonly verdict: 'fit' | 'unfit' | 'none';
  readonly findings: readonly IdpFinding[];
}

/** Asks an issuer for its discovery document and its key set, and holds them and a token against the contract. Never throws. */
export async function checkIdp(options: IdpCheckOptions): Promise<IdpReport> {
  const { issuer, jwksUrl, audience, token, fetch, now } = options;
  const asked: DoctorSettings = {
    issuer: { value: issuer, place: 'the issuer asked for' },
    ...(jwksUrl !== undefined && { jwksUrl: { value: jwksUrl, place: '--jwks' } }),
    ...(audience !== undefined && { audience: { value: audience, place: '--audience' } }),
  };
  const discovered = await checkDiscovery(asked, fetch);
  const unreachable = discovered.diagnoses.some(({ id }) => id === 'discovery-unreachable');
  const named = jwksUrl ?? discovered.jwksUrl;
  const found = named ?? (unreachable ? undefined : await findKeySet(asked, { fetch }));
  const place = jwksUrl === undefined ? 'the key set' : '--jwks';
  const settings = { ...asked, ...(found !== undefined && { jwksUrl: { value: found, place } }) };
  const keySet =
    unreachable && found === undefined ? undefined : await checkKeySet(settings, undefined, fetch);
  const diagnoses = [
    ...issuerForm(asked.issuer),
    ...checkUrls(settings).filter(({ id, severity }) => id in CLAUSES && severity !== 'ok'),
    ...discovered.diagnoses,
    ...(found !== undefined && named === undefined ? [notNamed(found)] : []),
    ...(keySet?.diagnoses ?? []),
    ...(token === undefined ? [] : judgeToken(token, { keys: keySet?.keys ?? new Map(), settings, now })),
  ];
  const silent = keySet === undefined || diagnoses.some(({ id }) => id === 'jwks-unreachable');
  const wrong = diagnoses.some(({ severity }) => severity === 'error');
  return {
    gateproof: version,
    issuer,
    verdict: silent ? 'none' : wrong ? 'unfit' : 'fit',
    findings: diagnoses.map(findingOf),
  };
}

/** No query and no fragment. */
function issuerForm(issuer: Setting | undefined): Diagnosis[] {
  if (issuer === undefined || !/[?#]/.test(issuer.value)) return [];
  const remedy = 'Take an issuer that is scheme, host and path.';
  return [error('issuer-form', `${issuer.place} has a query or a fragment`, remedy)];
}

function notNamed(url: string): Diagnosis {
  return warning(
    'jwks-not-named',
    `no discovery document names the key set; one was found at ${url}`,
    'Tell each backend this address: it cannot find it by itself.',
  );
}

function findingOf({ id, severity, cause, remedy }: Diagnosis): IdpFinding {
  return {
    id,
    severity,
    where: placeOf(id),
    what: redact(cause),
    why: CLAUSES[id] ?? '',
    ...(remedy !== undefined && { remedy: redact(remedy) }),
  };
}

function placeOf(id: string): IdpFinding['where'] {
  if (id.startsWith('token-')) return 'token';
  if (id.startsWith('jwks')) return 'key set';
  return id.startsWith('discovery') ? 'discovery' : 'issuer';
}
