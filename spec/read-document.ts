import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { ContractError } from './errors.ts';

/** A document as read, before anything in it is judged. */
export interface ReadDocument {
  /** What messages call it: the path as given, or the URL. */
  readonly source: string;
  /** Where it was read from (after redirects); relative references start here. */
  readonly base: URL;
  /** SHA-256 of its bytes, lower-case hex. */
  readonly sha256: string;
  readonly content: Readonly<Record<string, unknown>>;
}

const fetchDeadlineMs = 10_000;

/**
 * Reads a YAML or JSON document.
 *
 * @param pathOrUrl a path (relative to the working directory), or a `file:`, `http:` or `https:` URL
 * @throws ContractError `unreadable`, `not_a_document`
 */
export async function readDocument(pathOrUrl: string | URL): Promise<ReadDocument> {
  const { source, bytes, base } = await read(pathOrUrl);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { source, base, sha256, content: parseContent(bytes, source) };
}

/** The text of a document, as `readDocument` would read it. @throws ContractError `unreadable` */
export async function readText(pathOrUrl: string | URL): Promise<string> {
  return new TextDecoder().decode((await read(pathOrUrl)).bytes);
}

async function read(
  pathOrUrl: string | URL,
): Promise<{ readonly source: string; readonly bytes: Uint8Array; readonly base: URL }> {
  const source = String(pathOrUrl);
  const isUrl = pathOrUrl instanceof URL || /^(https?|file):\/\//i.test(pathOrUrl);
  const url = isUrl ? parseUrl(source) : pathToFileURL(resolve(source));
  const found = url.protocol === 'file:' ? await readBytes(url, source) : await fetchBytes(url);
  return { source, ...found };
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null) throw new ContractError('unreadable', `${text}: is not a URL`);
  // The source stands in messages and reports, where no password may stand.
  if (url.username !== '' || url.password !== '') {
    throw new ContractError(
      'unreadable',
      `${url.origin}: a URL with a user name or password is not read; download the document and name the file`,
    );
  }
  if (!['file:', 'http:', 'https:'].includes(url.protocol)) {
    throw new ContractError('unreadable', `${text}: name a file or an http(s) URL`);
  }
  return url;
}

async function readBytes(url: URL, source: string): Promise<{ bytes: Uint8Array; base: URL }> {
  try {
    return { bytes: await readFile(fileURLToPath(url)), base: url };
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    const why =
      { ENOENT: 'there is no such file', EISDIR: 'is a folder, not a file' }[reason] ??
      `cannot be read (${reason})`;
    throw new ContractError('unreadable', `${source}: ${why}; name an OpenAPI document in YAML or JSON`, {
      cause,
    });
  }
}

async function fetchBytes(url: URL): Promise<{ bytes: Uint8Array; base: URL }> {
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/yaml, application/json, */*;q=0.1' },
      signal: AbortSignal.timeout(fetchDeadlineMs),
    });
    if (!response.ok) throw new Error(`the server answers ${response.status}`);
    return { bytes: new Uint8Array(await response.arrayBuffer()), base: new URL(response.url) };
  } catch (cause) {
    throw new ContractError('unreadable', `${url.href}: cannot be fetched: ${reasonOf(cause)}`, { cause });
  }
}

/** `fetch` says no more than "fetch failed"; the cause has the reason. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message;
}

function parseContent(bytes: Uint8Array, source: string): Record<string, unknown> {
  const text = new TextDecoder().decode(bytes);
  let content: unknown;
  try {
    content = parseText(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new ContractError('not_a_document', `${source}: is neither YAML nor JSON: ${reason}`, { cause });
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new ContractError(
      'not_a_document',
      `${source}: is not an OpenAPI document: it must be an object that begins with "openapi: 3.1.0" or the like`,
    );
  }
  return content as Record<string, unknown>;
}

/** JSON is YAML, but the YAML parser takes seconds for a document of megabytes. */
function parseText(text: string): unknown {
  if (text.trimStart().startsWith('{')) {
    try {
      return JSON.parse(text);
    } catch {
      // A YAML flow mapping, or a mistake: the YAML parser tells where.
    }
  }
  // Merge keys ("<<") are of YAML 1.1, and many OpenAPI documents use them.
  return parse(text, { merge: true, logLevel: 'error' });
}
