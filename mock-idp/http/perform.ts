import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultAction } from '../control.ts';
import type { Answer, ControlAnswer } from './answer.ts';

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
    case 'respond': {
      const { status, headers = {}, body = '', encoding = 'utf8' } = action;
      record(status);
      respond(response, status, headers, Buffer.from(body, encoding));
      return;
    }
    case 'redirect':
      record(302);
      respond(response, 302, { location: action.location ?? performance.trapUrl() }, Buffer.alloc(0));
      return;
    case 'ok':
    case 'delay':
    case 'drip':
    case 'truncate':
    case 'oversized':
    case 'stale':
      break;
  }
  const healthy = await performance.answer();
  const answer = action.kind === 'stale' ? { ...healthy, body: performance.snapshot } : healthy;
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

type Sending = Extract<FaultAction, { kind: 'ok' | 'delay' | 'drip' | 'truncate' | 'oversized' | 'stale' }>;

async function sendAs(
  action: Sending,
  response: ServerResponse,
  answer: Answer,
  signal: AbortSignal,
): Promise<void> {
  const { status, headers, body } = answer;
  switch (action.kind) {
    case 'ok':
    case 'stale':
      send(response, answer);
      return;
    case 'delay':
      await sleep(action.ms, undefined, { signal });
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
  }
}

function respond(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): void {
  const given = Object.keys(headers).map((name) => name.toLowerCase());
  const framed = given.includes('content-length') || given.includes('transfer-encoding');
  // A wrong length on purpose must not garble the next answer on the same connection.
  if (framed) response.shouldKeepAlive = false;
  const bodiless = status === 204 || status === 304;
  response.writeHead(status, { ...headers, ...(framed || bodiless ? {} : lengthOf(body)) }).end(body);
}

function lengthOf(body: string | Buffer): { readonly 'content-length': number } {
  return { 'content-length': Buffer.byteLength(body) };
}

function* padded(body: string, missing: number): Generator<Buffer> {
  yield Buffer.from(body);
  const blank = Buffer.alloc(64 * 1024, ' ');
  for (let left = missing; left > 0; left -= blank.length) yield blank.subarray(0, left);
}
