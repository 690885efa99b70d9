import { Agent, fetch as fetchWith } from 'undici';
import type { Bug } from './bugs.ts';

const MAX_BYTES = 262_144;

export interface FetchedDocument {
  readonly document: unknown;
  /** Seconds that the answer gives it to live, where anybody cares. */
  readonly maxAge?: number;
}

/** The document at the key set's address. @throws where it cannot be had whole, in time and with a status of success */
export async function fetchDocument(
  { url, timeout }: { readonly url: string; readonly timeout: number },
  bug: Bug,
): Promise<FetchedDocument> {
  const deadline = new AbortController();
  const timer = setTimeout(() => {
    deadline.abort();
  }, timeout).unref();
  const picky = bug('redirect-same-origin') || bug('redirect-data');
  const options = {
    redirect: bug('redirect-followed') ? 'follow' : picky ? 'manual' : 'error',
    ...(bug('token-forwarded') && { headers: { authorization: 'Bearer of-the-user' } }),
    ...(!bug('no-timeout') && { signal: deadline.signal }),
  } as const;
  const answer = bug('tls-unverified')
    ? await fetchWith(url, { ...options, dispatcher: new Agent({ connect: { rejectUnauthorized: false } }) })
    : await fetch(url, options);
  const location = answer.headers.get('location');
  const response =
    picky && location !== null && isFollowed(location, url, bug) ? await fetch(location) : answer;
  if (bug('headers-deadline')) clearTimeout(timer);
  if (bug('304-empties') && response.status === 304) return { document: { keys: [] } };
  if (!response.ok && !bug('error-json-overwrites') && !bug('status-ignored')) {
    await response.body?.cancel();
    throw new Error(`status ${response.status}`);
  }
  checkHeaders(response, bug);
  return { document: parseDocument(await readBody(response, bug), bug), ...maxAgeOf(response, bug) };
}

type Answer = Pick<Response, 'headers'>;

function isFollowed(location: string, url: string, bug: Bug): boolean {
  return bug('redirect-data')
    ? location.startsWith('data:')
    : new URL(location, url).origin === new URL(url).origin;
}

function checkHeaders({ headers }: Answer, bug: Bug): void {
  if (bug('jwks-media-type-exact') && headers.get('content-type') !== 'application/json') {
    throw new Error('no JSON');
  }
  if (bug('gzip-undecoded') && headers.has('content-encoding')) throw new Error('not understood');
}

function maxAgeOf({ headers }: Answer, bug: Bug): Pick<FetchedDocument, 'maxAge'> {
  const directives = headers.get('cache-control') ?? '';
  if (bug('no-store-obeyed') && directives.includes('no-store')) return { maxAge: 0 };
  const seconds = /max-age=(\d+)/.exec(directives)?.[1];
  return bug('max-age-obeyed') && seconds !== undefined ? { maxAge: Number(seconds) } : {};
}

function parseDocument(text: string, bug: Bug): unknown {
  if (bug('jwks-recursion-500') && text.includes('['.repeat(100))) throw new RangeError('recursion');
  // Whatever comes later under the same name is as if it had another.
  const first = bug('jwks-first-wins');
  const once = first ? text.replace(/(?<="keys":.*)"keys":/s, '"later":') : text;
  return JSON.parse(first ? once.replace(/("n":"[^"]*"[^{}]*)"n":/g, '$1"later":') : once) as unknown;
}

async function readBody(response: Pick<Response, 'body'>, bug: Bug): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > MAX_BYTES && bug('too-large-empties')) return '{"keys":[]}';
      if (bytes > MAX_BYTES && !bug('jwks-unbounded')) throw new Error('too large');
      chunks.push(chunk);
    }
  } catch (error) {
    if (!bug('partial-body')) throw error;
    const text = Buffer.concat(chunks).toString();
    return `${text.slice(0, text.lastIndexOf('}') + 1)}]}`;
  }
  return Buffer.concat(chunks).toString();
}
