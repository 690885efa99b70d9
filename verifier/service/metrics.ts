import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { AuthErrorCode, VerifierEvent } from '../index.ts';

/** What Prometheus reads at `/metrics`. Every label comes from a closed list. */
export interface Metrics {
  readonly registry: Registry;
  /** For `VerifierOptions.onEvent`. */
  readonly onVerifierEvent: (event: VerifierEvent) => void;
  readonly onRequest: (request: AnsweredRequest) => void;
}

interface AnsweredRequest {
  readonly method: string;
  /** Template of the path, such as `/api/v1/{user_id}/tasks`. */
  readonly route: string;
  readonly status: number;
  /** `error_code` of the body, where it was an error. */
  readonly errorCode: string | undefined;
  readonly durationMs: number;
}

/** Seconds. A repeated token takes microseconds, a new one a tenth of a millisecond, an unknown key a fetch. */
const VERIFICATION_BUCKETS = [5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 1e-2, 0.1, 1];
const REQUEST_BUCKETS = [5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1, 2.5, 5];
const FETCH_BUCKETS = [5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1, 2.5, 5];
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']);
/** Answers of the token gate; `forbidden` is not about the token, and is counted with the others. */
const GATE: ReadonlySet<string> = new Set<AuthErrorCode>([
  'missing_token',
  'invalid_token',
  'token_expired',
  'forbidden',
  'insufficient_scope',
  'jwks_unavailable',
]);

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]): Counter<L> =>
    new Counter({ name, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, buckets: number[], ...labelNames: L[]) =>
    new Histogram({ name, help, buckets, labelNames, registers });

  const lookups = counter(
    'jwks_lookups_total',
    'Keys looked up for a token, by whether the key was at hand.',
    'result',
  );
  const fetches = counter('jwks_fetches_total', 'Fetches of the key set, by outcome.', 'outcome');
  const fetchSeconds = histogram(
    'jwks_fetch_duration_seconds',
    'Duration of a fetch of the key set.',
    FETCH_BUCKETS,
  );
  const keys = new Gauge({ name: 'jwks_keys', help: 'Usable keys of the set as last fetched.', registers });
  const skipped = new Gauge({
    name: 'jwks_keys_skipped',
    help: 'Keys of that set which were no use.',
    registers,
  });
  const verified = histogram(
    'jwt_verification_duration_seconds',
    'Duration of a successful verification, by whether the very token was verified before.',
    VERIFICATION_BUCKETS,
    'cached',
  );
  const reasons = counter('jwt_refusals_total', 'Tokens refused, by the check that failed.', 'reason');
  const refusals = counter(
    'auth_refusals_total',
    'Requests refused by the token gate, by error_code.',
    'error_code',
  );
  const requests = histogram(
    'http_request_duration_seconds',
    'Duration of a request until its answer was handed over.',
    REQUEST_BUCKETS,
    'method',
    'route',
    'status',
  );
  describeProcess(registers);

  return {
    registry,
    onVerifierEvent: (event) => {
      switch (event.type) {
        case 'verified':
          verified.observe({ cached: String(event.cached) }, event.durationMs / 1000);
          // A token that was verified before has its key at hand too.
          if (event.cached) lookups.inc({ result: 'hit' });
          break;
        case 'refused':
          reasons.inc({ reason: event.reason });
          break;
        case 'jwks-hit':
        case 'jwks-miss':
          lookups.inc({ result: event.type === 'jwks-hit' ? 'hit' : 'miss' });
          break;
        case 'jwks-fetched':
          fetches.inc({ outcome: 'ok' });
          fetchSeconds.observe(event.durationMs / 1000);
          keys.set(event.keys);
          skipped.set(event.skipped);
          break;
        case 'jwks-failed':
          fetches.inc({ outcome: event.reason });
          fetchSeconds.observe(event.durationMs / 1000);
          break;
      }
    },
    onRequest: ({ method, route, status, errorCode, durationMs }) => {
      const labels = { method: METHODS.has(method) ? method : 'other', route, status: String(status) };
      requests.observe(labels, durationMs / 1000);
      if (errorCode !== undefined && GATE.has(errorCode)) refusals.inc({ error_code: errorCode });
    },
  };
}

/** The names that Prometheus' own client libraries use. */
function describeProcess(registers: Registry[]): void {
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Total user and system CPU time spent in seconds.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory size in bytes.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
}
