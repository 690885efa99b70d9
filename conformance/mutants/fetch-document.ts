import { Agent, fetch as fetchWith } from 'undici';
import type { Bug } from './bugs.ts';

const MAX_BYTES = 262_144;

/** The document at the key set's address. @throws where it cannot be had whole, in time and with a status of success */
export async function fetchDocument(
  { url, timeout }: { readonly url: string; readonly timeout: number },
  bug: Bug,
): Promise<unknown> {
  const deadline = new AbortController();
  const timer = setTimeout(() => {
    deadline.abort();
  }, timeout).unref();
  const options = {
    redirect: bug('redirect-followed') ? 'follow' : 'error',
    ...(bug('token-forwarded') && { headers: { authorization: 'Bearer of-the-user' } }),
    ...(!bug('no-timeout') && { signal: deadline.signal }),
  } as const;
  const response = bug('tls-unverified')
    ? await fetchWith(url, { ...options, dispatcher: new Agent({ connect: { rejectUnauthorized: false } }) })
    : await fetch(url, options);
  if (bug('headers-deadline')) clearTimeout(timer);
  if (!response.ok && !bug('error-json-overwrites')) {
    await response.body?.cancel();
    throw new Error(`status ${response.status}`);
  }
  return JSON.parse(await readBody(response, bug)) as unknown;
}

async function readBody(response: Pick<Response, 'body'>, bug: Bug): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
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
