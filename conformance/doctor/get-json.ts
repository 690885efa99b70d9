const TIMEOUT_MS = 5000;
const MAX_BYTES = 256 * 1024;

/** How a document came. */
export interface Received {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: number;
  /** From the request to the last byte. */
  readonly milliseconds: number;
}

/** What one GET gave: a JSON value, or why none came. */
export type JsonAnswer =
  | { readonly kind: 'json'; readonly value: unknown; readonly received: Received }
  | { readonly kind: Refusal; readonly cause: string; readonly status?: number };

type Refusal = 'unreachable' | 'tls' | 'redirect' | 'status' | 'html' | 'not-json' | 'too-large' | 'timeout';

/** Network failures by the code of their cause, as sentences. */
const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  ENOTFOUND: 'its host name is not known',
  EAI_AGAIN: 'its host name could not be looked up',
  ETIMEDOUT: 'no connection came about',
  UND_ERR_CONNECT_TIMEOUT: 'no connection came about',
};

/** Certificates that no verifier accepts (RFC 9110 §4.3.4). */
const CERTIFICATES: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate leads to an authority that is not known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificates between its own and a known authority are missing',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
};

/** Fetches a document as an API would: no redirect, 5 s to the last byte, 256 KiB. Never throws. */
export async function getJson(url: URL, fetch: typeof globalThis.fetch): Promise<JsonAnswer> {
  const deadline = AbortSignal.timeout(TIMEOUT_MS);
  const began = performance.now();
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/json' },
      redirect: 'manual',
      signal: deadline,
    });
    return await read(response, began);
  } catch (error) {
    if (deadline.aborted) {
      return { kind: 'timeout', cause: `gave no whole answer within ${TIMEOUT_MS / 1000} s` };
    }
    const certificate = known(CERTIFICATES, error);
    if (certificate !== undefined) return { kind: 'tls', cause: `cannot be trusted: ${certificate}` };
    return { kind: 'unreachable', cause: `cannot be reached: ${known(CAUSES, error) ?? lastCode(error)}` };
  }
}

async function read(response: Response, began: number): Promise<JsonAnswer> {
  const { status, headers } = response;
  try {
    if (status >= 300 && status < 400) {
      const to = headers.get('location') ?? 'somewhere else';
      return { kind: 'redirect', status, cause: `redirects to ${to}, which verifiers do not follow` };
    }
    if (status !== 200) return { kind: 'status', status, cause: `answers ${status}` };
    const text = await bounded(response);
    if (text === undefined) return { kind: 'too-large', cause: `answers more than ${MAX_BYTES / 1024} KiB` };
    if (/^\s*</.test(text)) return { kind: 'html', cause: 'answers a page (HTML), not JSON' };
    try {
      const value: unknown = JSON.parse(text);
      const received = {
        headers: Object.fromEntries(headers),
        bytes: Buffer.byteLength(text),
        milliseconds: Math.round(performance.now() - began),
      };
      return { kind: 'json', value, received };
    } catch {
      return { kind: 'not-json', cause: 'answers something that is no JSON' };
    }
  } finally {
    await response.body?.cancel().catch(() => undefined);
  }
}

async function bounded(response: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** `fetch` says "fetch failed" and hides what happened in a chain of causes. */
function* causes(error: unknown): Generator<{ readonly code: string }> {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause) yield { code: String(cause.code) };
    // Several addresses were tried; each failed for a reason of its own.
    if (cause instanceof AggregateError) yield* causes(cause.errors[0]);
  }
}

function known(sentences: Readonly<Record<string, string>>, error: unknown): string | undefined {
  return [...causes(error)].map(({ code }) => sentences[code]).find((sentence) => sentence !== undefined);
}

function lastCode(error: unknown): string {
  return [...causes(error)].at(-1)?.code ?? 'the connection failed';
}
