import { createConnection } from 'node:net';
import type { Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  /** The server closes the connection after it (RFC 9112 §9.6). */
  readonly closes: boolean;
}

export interface ConnectionEvents {
  readonly onOpen: (connection: Connection) => void;
  readonly onAnswer: (connection: Connection, answer: Answer) => void;
  /** Once, however it ended, with the reason; not after `close`. */
  readonly onLost: (connection: Connection, reason: string) => void;
}

/** One kept HTTP/1.1 connection with at most one request under way: the least that a generator can do per request. */
export class Connection {
  /** When its request was due, in milliseconds; `undefined` while none is under way. */
  due: number | undefined;
  readonly #socket: Socket;
  #received: Buffer | undefined;

  constructor({ hostname, port }: URL, { onOpen, onAnswer, onLost }: ConnectionEvents) {
    this.#socket = createConnection({ host: hostname, port: Number(port), noDelay: true });
    this.#socket.once('connect', () => {
      onOpen(this);
    });
    this.#socket.on('data', (chunk) => {
      this.#received = this.#received === undefined ? chunk : Buffer.concat([this.#received, chunk]);
      try {
        const answer = readAnswer(this.#received);
        if (answer === undefined) return;
        this.#received = undefined;
        onAnswer(this, answer);
      } catch (error) {
        this.#socket.destroy(error as Error);
      }
    });
    let reason = 'the connection ended';
    this.#socket.on('error', ({ message }) => {
      reason = message;
    });
    this.#socket.once('close', () => {
      onLost(this, reason);
    });
  }

  send(request: string, due: number): void {
    this.due = due;
    this.#socket.write(request, 'latin1');
  }

  close(): void {
    this.#socket.removeAllListeners('close').destroy();
  }
}

/**
 * The answer, where all of it is there. Nothing follows it, since no second request is under way.
 * @throws Error for an answer whose end shows only in the end of its connection
 */
export function readAnswer(received: Buffer): Answer | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const head = received.toString('latin1', 0, end).toLowerCase();
  const answer = { status: Number(head.slice(9, 12)), closes: head.includes('\r\nconnection: close') };
  const bodyBytes = received.length - end - 4;
  const length = valueOf(head, 'content-length');
  if (length !== undefined) return bodyBytes >= Number(length) ? answer : undefined;
  // No chunk of a JSON answer ends like the last one (RFC 9112 §7.1), which is empty.
  if (valueOf(head, 'transfer-encoding') !== undefined)
    return received.subarray(-7).toString('latin1').endsWith('\n0\r\n\r\n') ? answer : undefined;
  if (answer.status === 204) return answer;
  throw new Error('the answer says neither how long it is nor that it comes in chunks');
}

function valueOf(head: string, name: string): string | undefined {
  const at = head.indexOf(`\r\n${name}:`);
  if (at === -1) return undefined;
  const from = at + name.length + 3;
  const to = head.indexOf('\r\n', from);
  return head.slice(from, to === -1 ? undefined : to).trim();
}
