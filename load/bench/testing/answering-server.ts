import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

export const REQUEST = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';

/** What `run` makes of a server that answers so, at its URL. */
export async function against<Result>(
  answer: RequestListener | Server,
  run: (url: string) => Promise<Result>,
): Promise<Result> {
  const server = typeof answer === 'function' ? createServer(answer) : answer;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
  }
}

export function tcpServer(onData: (socket: Socket) => unknown): Server {
  return createTcpServer((socket) => {
    // The generator ends its connections as it likes.
    socket.on('error', () => undefined).on('data', () => onData(socket));
  });
}

/** The URL of a server that is gone. */
export function goneServer(): Promise<string> {
  return against(
    tcpServer(() => undefined),
    (url) => Promise.resolve(url),
  );
}
