import type { IncomingMessage } from 'node:http';
import { MockIdpError } from '../errors.ts';

const LIMIT = 1024 * 1024;
/** Beyond this a client is not waited for to finish; up to here it gets to read why it was refused. */
const PATIENCE = 64 * LIMIT;

/** The JSON body of a request; `undefined` where it has none. @throws MockIdpError where it is too large, of another type, or no JSON */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const text = await readText(request);
  if (text === '') return undefined;
  // A foreign web page may send text or a form here without asking, but not JSON (Fetch, CORS-safelisted headers).
  if (mediaType(request) !== 'application/json') {
    throw new MockIdpError('unsupported_media_type', 'Send the body as content-type: application/json');
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MockIdpError('invalid_request', 'The body is no JSON', { cause });
  }
}

/** The fields of an HTML form body, as OAuth endpoints take them (RFC 7662 §2.1). */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const text = await readText(request);
  if (mediaType(request) !== 'application/x-www-form-urlencoded') {
    throw new MockIdpError(
      'unsupported_media_type',
      'Send the body as content-type: application/x-www-form-urlencoded',
    );
  }
  return new URLSearchParams(text);
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= LIMIT) chunks.push(chunk);
    if (size > PATIENCE) break;
  }
  if (size > LIMIT) throw new MockIdpError('body_too_large', 'A body may have 1 MiB at most');
  return Buffer.concat(chunks).toString('utf8');
}

function mediaType({ headers }: IncomingMessage): string | undefined {
  return headers['content-type']?.split(';')[0]?.trim().toLowerCase();
}
