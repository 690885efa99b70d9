import net from 'node:net';
import tls from 'node:tls';
import { type Answer, parseAnswers } from './answer-parser.ts';
import { TargetError } from './target-error.ts';

/** How long a connection may stay silent once one answer is there and further ones are awaited. */
const QUIET_MS = 1_000;

/**
 * Writes the very bytes on a connection of their own and reads until `answers` whole answers are there, the server
 * closes, or time is up. May give fewer answers than asked for, never none.
 *
 * @throws TargetError where not one whole answer came
 */
export function exchangeBytes(
  origin: URL,
  bytes: Uint8Array,
  options: { readonly answers: number; readonly methods: readonly string[]; readonly timeoutMs: number },
): Promise<readonly Answer[]> {
  return new Promise((resolve, reject) => {
    const socket = connect(origin);
    let received = Buffer.alloc(0);

    const finish = (closed: boolean, silence: TargetError): void => {
      clearTimeout(deadline);
      socket
        .removeAllListeners()
        .on('error', () => undefined)
        .destroy();
      const answers = readAnswers(received, options, closed);
      if (answers instanceof TargetError) reject(answers);
      else if (answers.length === 0) reject(silence);
      else resolve(answers);
    };
    const late = new TargetError('timeout', `no answer within ${options.timeoutMs / 1000} s`);
    const deadline = setTimeout(finish, options.timeoutMs, false, late);

    // The bytes must leave in one piece, or a server may answer before the last of them and close.
    socket.setNoDelay(true);
    socket.on(origin.protocol === 'https:' ? 'secureConnect' : 'connect', () => socket.write(bytes));
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const answers = readAnswers(received, options, false);
      if (answers instanceof TargetError || answers.length >= options.answers) finish(false, late);
      else if (answers.length > 0) socket.setTimeout(QUIET_MS);
    });
    const closed = new TargetError('closed', 'the connection was closed without an answer');
    socket.on('timeout', () => {
      finish(false, late);
    });
    socket.on('close', () => {
      finish(true, closed);
    });
    socket.on('error', ({ syscall, code, message }: NodeJS.ErrnoException) => {
      const refused = syscall === 'connect' || syscall === 'getaddrinfo';
      const reason = `no connection to ${origin.origin} (${code ?? message})`;
      finish(true, refused ? new TargetError('unreachable', reason) : closed);
    });
  });
}

function readAnswers(
  received: Buffer,
  { answers, methods }: { readonly answers: number; readonly methods: readonly string[] },
  closed: boolean,
): readonly Answer[] | TargetError {
  try {
    return parseAnswers(received, methods, closed).slice(0, answers);
  } catch (error) {
    if (error instanceof TargetError) return error;
    throw error;
  }
}

function connect(origin: URL): net.Socket {
  const host = origin.hostname.replace(/^\[|\]$/g, '');
  if (origin.protocol === 'https:') {
    return tls.connect({
      host,
      port: Number(origin.port || 443),
      servername: net.isIP(host) === 0 ? host : '',
    });
  }
  return net.connect({ host, port: Number(origin.port || 80) });
}
