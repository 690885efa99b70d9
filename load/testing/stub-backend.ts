import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Launcher } from '../../conformance/index.ts';

export interface StubOptions {
  /** Milliseconds that "verification" takes. */
  readonly verificationMs?: number;
  /** Whether it says so. */
  readonly serverTiming?: boolean;
}

/** Starts a backend that takes anything for a good token, at a speed of one's choice: for what is measured, not for what is right. */
export function stubLauncher({ verificationMs = 0, serverTiming = false }: StubOptions): Launcher {
  return async () => {
    const server = createServer((request, response) => {
      void (async () => {
        if (request.url === '/health') {
          answer(response, 200);
        } else if (request.headers.authorization === undefined) answer(response, 401);
        else {
          if (verificationMs > 0) await pause(verificationMs);
          if (serverTiming) response.setHeader('server-timing', `db;dur=1, jwt;dur=${verificationMs}`);
          answer(response, 200);
        }
      })();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      exitCode: () => undefined,
      output: () => '',
      [Symbol.asyncDispose]: async () => {
        server.close();
        server.closeAllConnections();
        await once(server, 'close');
      },
    };
  };
}

function answer(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
}
