import {
  createServer,
  type IncomingMessage,
  request,
  type RequestOptions,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Launcher } from '../launch.ts';

/** What a backend makes of a request that came to the API, before the good one behind it is asked. */
export interface Manners {
  /** Whether its open endpoints say that all is well; default true. */
  readonly seemsWell?: boolean;
  /** Answers itself and gives `true`, or leaves the request to the good backend. `count` begins with 1. */
  readonly answer: (call: HostileCall) => boolean | Promise<boolean>;
  /** What becomes of a good answer; default: it is sent on. Gives `true` where it was replaced. */
  readonly spoil?: (status: number, response: ServerResponse) => boolean;
}

interface HostileCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly count: number;
  /** Ends the whole backend. */
  readonly die: () => void;
}

/** A good backend behind one that has bad manners. */
export function hostileLauncher(
  launchGood: Launcher,
  { seemsWell = true, answer, spoil = () => false }: Manners,
): Launcher {
  return async (environment) => {
    const good = await launchGood(environment);
    let count = 0;
    let dead = false;
    const server = createServer((incoming, response) => {
      void (async () => {
        const open = seemsWell && /^\/(health|ready)$/.test(incoming.url ?? '');
        if (!open) count += 1;
        if (!open && (await answer({ request: incoming, response, count, die }))) return;
        await passOn(good.url, incoming, response, spoil);
      })();
    });
    const die = (): void => {
      dead = true;
      server.close();
      server.closeAllConnections();
    };
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      exitCode: () => (dead ? 1 : undefined),
      output: () => '',
      [Symbol.asyncDispose]: async () => {
        die();
        await good[Symbol.asyncDispose]();
      },
    };
  };
}

/** Answers with JSON, and says that it did. */
export function answerWith(response: ServerResponse, status: number, body: unknown, headers = {}): true {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers });
  response.end(JSON.stringify(body));
  return true;
}

export const delay =
  (milliseconds: number): Manners['answer'] =>
  async () => {
    await pause(milliseconds);
    return false;
  };

function passOn(
  url: string,
  incoming: IncomingMessage,
  response: ServerResponse,
  spoil: NonNullable<Manners['spoil']>,
): Promise<void> {
  return new Promise((resolve) => {
    const { method, url: path, rawHeaders: headers } = incoming;
    const end = (): void => {
      response.destroy();
      resolve();
    };
    const onward = request(url, { method, path, headers } as RequestOptions, (answer) => {
      const { statusCode = 502, rawHeaders } = answer;
      if (spoil(statusCode, response)) answer.resume();
      else answer.pipe(response.writeHead(statusCode, rawHeaders));
      resolve();
    });
    onward.on('error', end);
    incoming.pipe(onward);
  });
}
