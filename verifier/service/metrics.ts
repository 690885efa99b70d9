import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { AuthErrorCode, VerifierEvent } from '../index.ts';
import { verifierMetrics } from '../metrics.ts';

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

/** Seconds. */
const REQUEST_BUCKETS = [5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1, 2.5, 5];
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
  const refusals = new Counter({
    name: 'auth_refusals_total',
    help: 'Requests refused by the token gate, by error_code.',
    labelNames: ['error_code'],
    registers,
  });
  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of a request until its answer was handed over.',
    labelNames: ['method', 'route', 'status'],
    buckets: REQUEST_BUCKETS,
    registers,
  });
  describeProcess(registers);

  return {
    registry,
    onVerifierEvent: verifierMetrics(registry),
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
