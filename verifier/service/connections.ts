import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** What a server is doing for its clients, as far as ending it well needs to know. */
export interface Connections {
  /** Takes no more requests, finishes those at hand, and cuts what is left after the deadline. */
  drain(deadlineMs: number): Promise<void>;
}

/** How long a client may go on sending after it was told that its request cannot be read. */
const LINGER_MS = 2000;

/**
 * Answers what Node's parser refuses, in the form of the contract, and lets the server end without cutting off
 * a request at hand.
 */
export function superviseConnections(server: Server): Connections {
  const atHand = new Set<ServerResponse>();

  const watch = (_request: IncomingMessage, response: ServerResponse): void => {
    atHand.add(response);
    response.once('close', () => {
      atHand.delete(response);
    });
  };
  server.prependListener('request', watch);

  // The final answer tells whether the body is wanted; until then it is not asked for (RFC 9110 §10.1.1).
  server.on('checkContinue', (request, response) => {
    response.setHeader('connection', 'close');
    server.emit('request', request, response);
  });

  server.on('connect', (_request, socket) => {
    endWith(socket, 405, 'Method Not Allowed', 'method_not_allowed', 'CONNECT is not served', ['Allow: GET']);
  });

  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // The rest of a request that was refused: read, so that the answer is not lost with a reset connection.
    if (socket.writableEnded) return;
    const busy = [...atHand].some(({ req }) => req.socket === socket);
    // Bytes now would be taken for the answer to the request before.
    if (busy || !socket.writable || error.code === 'ECONNRESET') socket.destroy();
    else endWith(socket, ...refusalOf(error.code));
  });

  return {
    async drain(deadlineMs) {
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      for (const response of atHand) if (!response.headersSent) response.setHeader('connection', 'close');
      const deadline = setTimeout(() => {
        server.closeAllConnections();
      }, deadlineMs);
      await closed;
      clearTimeout(deadline);
    },
  };
}

type Refusal = readonly [status: number, reason: string, code: string, message: string];

function refusalOf(code = ''): Refusal {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return [
      431,
      'Request Header Fields Too Large',
      'validation_failed',
      'The headers are larger than 32 KiB',
    ];
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return [408, 'Request Timeout', 'validation_failed', 'The request took too long to arrive'];
  }
  return [400, 'Bad Request', 'validation_failed', 'The request is not well-formed HTTP'];
}

/** The last answer on a connection, written without the help of Node's parser, which has given up on it. */
function endWith(
  socket: Duplex,
  status: number,
  error: string,
  code: string,
  message: string,
  headers: readonly string[] = [],
): void {
  const body = JSON.stringify({ error, error_code: code, message });
  const head = [
    `HTTP/1.1 ${status} ${error}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    "Content-Security-Policy: default-src 'none';frame-ancestors 'none'",
    ...headers,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  const linger = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.once('close', () => {
    clearTimeout(linger);
  });
}
