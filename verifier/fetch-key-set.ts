import type { JwksFailure } from './contract.ts';
import { JwksError } from './errors.ts';
import { parseKeySet } from './key-set.ts';
import type { KeySet } from './key-set.ts';

/** A set of some hundred RSA keys; a longer answer is an accident or an attack. */
const MAX_BYTES = 256 * 1024;

export interface FetchKeySetOptions {
  /** Deadline to the last byte, in milliseconds. */
  readonly timeoutMs: number;
  readonly fetch: typeof globalThis.fetch;
  /** Gives up before the deadline. */
  readonly signal: AbortSignal;
}

/**
 * Fetches and reads a key set: one GET without credentials, no redirect followed, status 200, at most 256 KiB.
 * @throws JwksError whose message names the URL (without its query) and the cause
 */
export async function fetchKeySet(url: string, options: FetchKeySetOptions): Promise<KeySet> {
  const deadline = AbortSignal.timeout(options.timeoutMs);
  try {
    return parseKeySet(await getText(url, AbortSignal.any([deadline, options.signal]), options));
  } catch (error) {
    const { origin, pathname } = new URL(url);
    const { reason, message } = explain(error, deadline.aborted ? options.timeoutMs : undefined);
    throw new JwksError(reason, `No usable key set from ${origin}${pathname}: ${message}.`, { cause: error });
  }
}

async function getText(url: string, signal: AbortSignal, options: FetchKeySetOptions): Promise<string> {
  const response = await options.fetch(url, {
    headers: { accept: 'application/jwk-set+json, application/json' },
    redirect: 'manual',
    credentials: 'omit',
    signal,
  });
  try {
    checkStatus(response);
    return await readBody(response);
  } finally {
    // Frees the connection of an answer that was not read to its end.
    await response.body?.cancel().catch(() => undefined);
  }
}

function checkStatus(response: Response): void {
  const { status, type } = response;
  // A redirect may lead to keys that are not the issuer's, so the configured address must be the final one.
  if (type === 'opaqueredirect' || [301, 302, 303, 307, 308].includes(status)) {
    throw new JwksError('redirect', 'the endpoint redirects, which is not followed');
  }
  if (status !== 200) throw new JwksError('status', `the endpoint answered ${status} instead of 200`);
}

async function readBody(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      length += chunk.byteLength;
      if (length > MAX_BYTES) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw new JwksError('interrupted', 'the answer broke off', { cause });
  }
  if (length > MAX_BYTES) {
    throw new JwksError('too-large', `the answer is larger than ${MAX_BYTES / 1024} KiB`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new JwksError('not-json', 'the answer is not UTF-8');
  }
}

function explain(
  error: unknown,
  timedOutAfterMs: number | undefined,
): { reason: JwksFailure; message: string } {
  if (timedOutAfterMs !== undefined) {
    return { reason: 'timeout', message: `no complete answer within ${timedOutAfterMs / 1000} s` };
  }
  if (error instanceof JwksError) return error;
  // fetch says "fetch failed" or "terminated" and hides what happened in the cause.
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  const detail = code === undefined ? '' : ` (${code})`;
  return { reason: 'unreachable', message: `the endpoint cannot be reached${detail}` };
}
