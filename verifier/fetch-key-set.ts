import type { JwksFailure } from './contract.ts';
import { JwksError } from './errors.ts';
import { freshnessOf } from './freshness.ts';
import { parseKeySet } from './key-set.ts';
import type { KeySet } from './key-set.ts';

/** A set of some hundred RSA keys; a longer answer is an accident or an attack. */
const MAX_BYTES = 256 * 1024;

/** A key set, and what its issuer's HTTP headers say of it. */
export interface FetchedKeySet {
  readonly keySet: KeySet;
  /** Entity tag to ask again with (RFC 9110 §8.8.3). */
  readonly etag: string | undefined;
  /** How long it may be used from the start of the request, in milliseconds (RFC 9111 §4.2); nothing where unsaid. */
  readonly freshMs: number | undefined;
  /** Whether the endpoint answered 304: `keySet` is the one that was known. */
  readonly notModified: boolean;
}

export interface FetchKeySetOptions {
  /** Deadline to the last byte, in milliseconds. */
  readonly timeoutMs: number;
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Gives up before the deadline. */
  readonly signal: AbortSignal;
  /** What is at hand. The endpoint may answer 304 to its entity tag (RFC 9110 §13.1.2). */
  readonly known?: FetchedKeySet | undefined;
}

/**
 * Fetches and reads a key set: one GET without credentials, no redirect followed, status 200, at most 256 KiB.
 * @throws JwksError whose message names the URL (without its query) and the cause
 */
export async function fetchKeySet(url: string, options: FetchKeySetOptions): Promise<FetchedKeySet> {
  const deadline = AbortSignal.timeout(options.timeoutMs);
  try {
    return await getKeySet(url, AbortSignal.any([deadline, options.signal]), options);
  } catch (error) {
    const { origin, pathname } = new URL(url);
    const { reason, message } = explain(error, deadline.aborted ? options.timeoutMs : undefined);
    throw new JwksError(reason, `No usable key set from ${origin}${pathname}: ${message}.`, { cause: error });
  }
}

async function getKeySet(
  url: string,
  signal: AbortSignal,
  { fetch, known, now }: FetchKeySetOptions,
): Promise<FetchedKeySet> {
  const asked = known?.etag;
  const request = {
    headers: {
      accept: 'application/jwk-set+json, application/json',
      ...(asked !== undefined && { 'if-none-match': asked }),
    },
    redirect: 'manual' as const,
    credentials: 'omit' as const,
    // Some runtimes put a cache of their own behind fetch, which would answer with keys long gone.
    cache: 'no-store',
    signal,
  };
  const response = await fetch(url, request);
  try {
    const { headers, status } = response;
    const stated = freshnessOf(headers, now());
    const etag = headers.get('etag') ?? undefined;
    if (status === 304 && known !== undefined && asked !== undefined) {
      // What a 304 leaves out stays as it was (RFC 9111 §4.3.4).
      return { ...known, etag: etag ?? asked, freshMs: stated ?? known.freshMs, notModified: true };
    }
    checkStatus(response);
    return { keySet: parseKeySet(await readBody(response)), etag, freshMs: stated, notModified: false };
  } finally {
    // Frees the connection of an answer that was not read to its end.
    await response.body?.cancel().catch(() => undefined);
  }
}

function checkStatus({ status, type }: Response): void {
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
