import { once } from 'node:events';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What stands before several servers and has one address. */
export interface RoundRobin extends AsyncDisposable {
  readonly url: string;
  /** Base URLs of the servers, which take turns from then on. */
  serve(urls: readonly string[]): void;
}

/** Hands each request to the next server. Not known beforehand are the servers, since they are told its address. */
export async function startRoundRobin(): Promise<RoundRobin> {
  let urls: readonly string[] = [];
  let turn = 0;
  const server = createServer((request, response) => {
    const { method = 'GET', url = '/', headers } = request;
    const target = urls[turn % urls.length] ?? '';
    turn += 1;
    const handed = send(target + url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    const giveUp = (): void => void response.destroy();
    handed.on('error', giveUp);
    response.on('close', () => void handed.destroy());
    request.pipe(handed);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (given) => {
      urls = given;
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
