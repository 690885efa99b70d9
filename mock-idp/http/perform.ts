import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultAction } from '../control.ts';
import { type Answer, type ControlAnswer, redirection } from './answer.ts';
import { changedBy, lowerCased } from './change.ts';

/** One request that is to be answered, or not. */
export interface Performance {
  readonly response: ServerResponse;
  /** The answer of a healthy endpoint. Not asked for by actions that answer otherwise. */
  readonly answer: () => Promise<Answer>;
  /** Writes the journal entry; called before the first byte goes out. */
  readonly record: (status: number) => void;
  /** The key set that `stale` replays. */
  readonly snapshot: string;
  /** Where `redirect` leads by default. */
  readonly trapUrl: () => string;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

/** Answers a request the way a fault says. Resolves when nothing more will be sent. */
export async function perform(action: FaultAction, performance: Performance): Promise<void> {
  const { response, record, signal } = performance;
  switch (action.kind) {
    case 'hang':
      record(0);
      return;
    case 'reset':
      record(0);
      response.socket?.resetAndDestroy();
      return;
    case 'respond':
      record(action.status);
      respond(response, action);
      return;
    case 'redirect':
      record(302);
      send(response, redirection(action.location ?? performance.trapUrl()));
      return;
    case 'ok':
    case 'delay':
    case 'drip':
    case 'truncate':
    case 'oversized':
    case 'stale':
    case 'invalid-json':
    case 'edit':
    case 'headers':
      break;
  }
  const answer = changedBy(action, await performance.answer(), performance.snapshot);
  record(answer.status);
  // A client that goes away ends the wait; that is no fault of ours.
  await sendAs(action, response, answer, signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

/** Sends an answer whole and at once. */
export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, ...(body === '' ? {} : lengthOf(body)) }).end(body);
}

/** Sends an answer as it comes into being, no faster than the client takes it. */
export async function stream(response: ServerResponse, answer: ControlAnswer): Promise<void> {
  const { status, headers, body } = answer;
  if (typeof body === 'string') {
    send(response, { status, headers, body });
    return;
  }
  response.writeHead(status, headers);
  await pipeline(Readable.from(body), response);
}

async function sendAs(
  action: Exclude<FaultAction, { kind: 'hang' | 'reset' | 'respond' | 'redirect' }>,
  response: ServerResponse,
  answer: Answer,
  signal: AbortSignal,
): Promise<void> {
  const { status, headers, body } = answer;
  switch (action.kind) {
    case 'delay':
      await sleep(action.ms + Math.random() * (action.jitterMs ?? 0), undefined, { signal });
      send(response, answer);
      return;
    case 'drip':
      response.writeHead(status, { ...headers, ...lengthOf(body) }).flushHeaders();
      for (const byte of Buffer.from(body)) {
        await sleep(action.intervalMs, undefined, { signal });
        response.write(Uint8Array.of(byte));
      }
      response.end();
      return;
    case 'truncate': {
      const bytes = Buffer.from(body);
      response.writeHead(status, { ...headers, ...lengthOf(body) });
      response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.socket?.destroy());
      return;
    }
    case 'oversized': {
      // White space after the value keeps the document valid JSON (RFC 8259 §2), however large it is.
      const missing = Math.max(0, action.bytes - Buffer.byteLength(body));
      response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) + missing });
      await pipeline(Readable.from(padded(body, missing)), response);
      return;
    }
    case 'ok':
    case 'stale':
    case 'invalid-json':
    case 'edit':
    case 'headers':
      send(response, answer);
  }
}

function respond(
  response: ServerResponse,
  { status, headers = {}, body = '', encoding = 'utf8', json }: Extract<FaultAction, { kind: 'respond' }>,
): void {
  const all = { ...(json !== undefined && JSON_TYPE), ...lowerCased(headers) };
  const framed = 'content-length' in all || 'transfer-encoding' in all;
  // A wrong length on purpose must not garble the next answer on the same connection.
  if (framed) response.shouldKeepAlive = false;
  const bytes = json === undefined ? Buffer.from(body, encoding) : Buffer.from(JSON.stringify(json));
  const bodiless = status === 204 || status === 304;
  response.writeHead(status, { ...all, ...(framed || bodiless ? {} : lengthOf(bytes)) }).end(bytes);
}

const JSON_TYPE = { 'content-type': 'application/json' } as const;

function lengthOf(body: string | Buffer): { readonly 'content-length': number } {
  return { 'content-length': Buffer.byteLength(body) };
}

function* padded(body: string, missing: number): Generator<Buffer> {
  yield Buffer.from(body);
  const blank = Buffer.alloc(64 * 1024, ' ');
  for (let left = missing; left > 0; left -= blank.length) yield blank.subarray(0, left);
}
