import type { VerifierEvent } from '../contract.ts';
import { RemoteKeySet } from '../remote-key-set.ts';
import { createEndpoint } from './endpoint.ts';
import type { TestEndpoint } from './endpoint.ts';
import { ISSUER } from './tokens.ts';

export const TTL = 3_600_000;
export const MAX_STALE = 3_600_000;
const COOLDOWN = 30_000;

export interface RemoteKeySetLab {
  readonly remote: RemoteKeySet;
  readonly endpoint: TestEndpoint;
  readonly events: readonly VerifierEvent[];
}

/** A key set with the times of the contract, an endpoint that publishes `keys`, and the clock of `Date`. */
export function createLab(keys: readonly unknown[]): RemoteKeySetLab {
  const endpoint = createEndpoint(keys);
  const events: VerifierEvent[] = [];
  const remote = new RemoteKeySet({
    issuer: ISSUER,
    jwksUrl: 'https://idp.example/jwks',
    ttlMs: TTL,
    cooldownMs: COOLDOWN,
    timeoutMs: 5000,
    maxStaleMs: MAX_STALE,
    now: Date.now,
    fetch: endpoint.fetch,
    emit: (event) => events.push(event),
  });
  return { remote, endpoint, events };
}

export async function createWarmLab(keys: readonly unknown[]): Promise<RemoteKeySetLab> {
  const lab = createLab(keys);
  await lab.remote.refresh('warm');
  if (lab.remote.lastError !== undefined) throw lab.remote.lastError;
  return lab;
}

/** Whether a key may be used now without waiting. */
export function holds(remote: RemoteKeySet, kid: string): boolean {
  return remote.trusted(Date.now())?.keys.has(kid) === true;
}

/** What became of a lookup, in a word. */
export async function find(remote: RemoteKeySet, kid: string): Promise<string> {
  const found = await remote.find(kid);
  return typeof found === 'string' ? found : 'found';
}
