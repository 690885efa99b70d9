import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { VerifierEvent } from './contract.ts';

/** Seconds. A repeated token takes microseconds, a new one a tenth of a millisecond, an unknown key a fetch. */
const VERIFICATION_BUCKETS = [
  5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 0.1, 1, 5,
];
const FETCH_BUCKETS = [5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1, 2.5, 5];

/**
 * The metrics of verifiers, for Prometheus: give the result to `VerifierOptions.onEvent`, of one verifier or of
 * several. Every label comes from a closed list; `issuer` is one that was configured.
 * @example
 * const registry = new Registry();
 * const verifier = createVerifier({ …, onEvent: verifierMetrics(registry) });
 */
export function verifierMetrics(registry: Registry): (event: VerifierEvent) => void {
  const registers = [registry];
  const verifications = new Histogram({
    name: 'jwt_verification_duration_seconds',
    help: 'Duration of a successful verification, by whether the very token was verified before.',
    labelNames: ['cached'],
    buckets: VERIFICATION_BUCKETS,
    registers,
  });
  const refusals = new Counter({
    name: 'jwt_refusals_total',
    help: 'Tokens refused, by error_code and by the check that failed.',
    labelNames: ['error_code', 'reason'],
    registers,
  });
  const lookups = new Counter({
    name: 'jwks_lookups_total',
    help: 'Keys looked up for a token, by whether the key was at hand.',
    labelNames: ['result'],
    registers,
  });
  // A share of hits can be told from the start, also where there is none.
  for (const result of ['hit', 'miss']) lookups.inc({ result }, 0);
  const keySets = keySetMetrics(registers);

  return (event) => {
    switch (event.type) {
      case 'verified':
        verifications.observe({ cached: String(event.cached) }, event.durationMs / 1000);
        // A token that was verified before has its key at hand too.
        if (event.cached) lookups.inc({ result: 'hit' });
        break;
      case 'refused':
        refusals.inc({ error_code: event.code, reason: event.reason });
        break;
      case 'jwks-hit':
      case 'jwks-miss':
        lookups.inc({ result: event.type === 'jwks-hit' ? 'hit' : 'miss' });
        break;
      case 'jwks-fetched':
      case 'jwks-failed':
        keySets(event);
        break;
    }
  };
}

type FetchEvent = Extract<VerifierEvent, { readonly type: 'jwks-fetched' | 'jwks-failed' }>;

function keySetMetrics(registers: Registry[]): (event: FetchEvent) => void {
  const fetches = new Counter({
    name: 'jwks_fetches_total',
    help: 'Fetches of the key set, by outcome (ok, not-modified, or why it failed) and by what asked for it.',
    labelNames: ['issuer', 'outcome', 'cause'],
    registers,
  });
  const durations = new Histogram({
    name: 'jwks_fetch_duration_seconds',
    help: 'Duration of a fetch of the key set.',
    labelNames: ['issuer'],
    buckets: FETCH_BUCKETS,
    registers,
  });
  // Of the workers of a cluster, the one that is worst off counts; sums of times would be nonsense.
  const gauge = (name: string, help: string, aggregator: 'min' | 'max' = 'min'): Gauge<'issuer'> =>
    new Gauge({ name, help, labelNames: ['issuer'], registers, aggregator });
  const keys = gauge('jwks_keys', 'Usable keys of the set as last fetched.');
  const skipped = gauge('jwks_keys_skipped', 'Keys of that set which were no use.', 'max');
  const freshUntil = gauge(
    'jwks_fresh_until_timestamp_seconds',
    'When the key set is to be fetched anew; past while that fails. 0 where there never was a set.',
  );
  const usableUntil = gauge(
    'jwks_usable_until_timestamp_seconds',
    'When tokens begin to be refused for want of a key set. 0 where there never was a set.',
  );

  return (event) => {
    const { issuer, cause } = event;
    fetches.inc({ issuer, cause, outcome: outcomeOf(event) });
    durations.observe({ issuer }, event.durationMs / 1000);
    freshUntil.set({ issuer }, event.freshUntil / 1000);
    usableUntil.set({ issuer }, event.usableUntil / 1000);
    if (event.type === 'jwks-failed') return;
    keys.set({ issuer }, event.keys);
    skipped.set({ issuer }, event.skipped);
  };
}

function outcomeOf(event: FetchEvent): string {
  if (event.type === 'jwks-failed') return event.reason;
  return event.notModified ? 'not-modified' : 'ok';
}
