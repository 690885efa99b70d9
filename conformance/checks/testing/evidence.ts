import type { Evidence } from '../../invariant.ts';
import type { Finding } from '../../model.ts';
import type { RecordedExchange } from '../../recorder.ts';
import { sampleOperations } from '../../samples.ts';
import { DEFAULT_SETTINGS } from '../../settings.ts';
import { allInvariants } from '../invariants/index.ts';
import { contract } from './prove.ts';

/** What sets an exchange apart from the right answer to a request without a token. */
export interface Recorded {
  readonly method?: string;
  readonly path?: string;
  readonly sent?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly own?: boolean;
  readonly raw?: boolean;
}

const RIGHT: Readonly<Record<string, string>> = {
  'Content-Type': 'application/json; charset=utf-8',
  'Cache-Control': 'no-store',
  'WWW-Authenticate': 'Bearer realm="tasks"',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
};

/** An exchange as the recorder has it. A header with an empty value is left out. */
export function recorded({
  method = 'GET',
  path = '/api/v1/me',
  sent,
  status = 401,
  headers = {},
  body = { error: 'Unauthorized', error_code: 'missing_token', message: 'Access token is missing' },
  own = false,
  raw = false,
}: Recorded = {}): RecordedExchange {
  const fields = Object.entries({ ...RIGHT, ...headers }).filter(([, value]) => value !== '');
  return {
    request: { method, path, headers: [], ...(sent !== undefined && { body: sent }) },
    response: { status, headers: fields, body: typeof body === 'string' ? body : JSON.stringify(body) },
    ...{ durationMs: 1, check: 'some-check', area: 'error-contract', own, raw },
  };
}

export function judgeRun(
  id: string,
  exchanges: readonly RecordedExchange[],
  rest: Partial<Evidence> = {},
): Finding {
  const invariant = allInvariants.find((candidate) => candidate.id === id);
  if (invariant === undefined) throw new Error(`no invariant ${id}`);
  return invariant.judge({
    ...{ exchanges, calls: [], contract, basePath: '', settings: DEFAULT_SETTINGS },
    ...{ issuer: { url: 'http://127.0.0.1:4321/tenant', keys: [] }, operations: sampleOperations(contract) },
    ...rest,
  });
}
