import { Connection } from './connection.ts';
import type { Answer } from './connection.ts';

export interface LoadOptions {
  /** Each has one request under way at all times. */
  readonly connections: number;
  readonly seconds: number;
}

/** What one server did in one turn. */
export interface Load {
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/**
 * Sends requests over connections that each wait for an answer before the next request (a closed model).
 * @param next the text of the next request
 * @throws Error where an answer is not 2xx, or none comes
 */
export async function load(url: string, next: () => string, options: LoadOptions): Promise<Load> {
  const target = new URL(url);
  const connections = new Set<Connection>();
  const latencies: number[] = [];
  let opened = 0;
  let began = Infinity;
  let ended = -Infinity;
  const send = (connection: Connection): void => {
    connection.send(next(), performance.now());
  };
  try {
    await new Promise<void>((resolve, reject) => {
      const connect = (): void => {
        connections.add(new Connection(target, { onOpen, onAnswer, onLost }));
      };
      const onOpen = (connection: Connection): void => {
        opened += 1;
        if (opened > options.connections) send(connection);
        if (opened !== options.connections) return;
        began = performance.now();
        for (const each of connections) send(each);
      };
      const onAnswer = (connection: Connection, { status, closes }: Answer): void => {
        ended = performance.now();
        latencies.push(ended - (connection.due ?? ended));
        if (status < 200 || status > 299) reject(new Error(`${url} answered ${status}, not 2xx.`));
        else if (ended - began >= options.seconds * 1000) resolve();
        else if (!closes) send(connection);
        else {
          connection.close();
          connections.delete(connection);
          connect();
        }
      };
      const onLost = (_connection: Connection, reason: string): void => {
        reject(new Error(`${url} gave no answer: ${reason}.`));
      };
      for (let n = 0; n < options.connections; n += 1) connect();
    });
  } finally {
    for (const connection of connections) connection.close();
  }
  latencies.sort((one, other) => one - other);
  const at = (share: number): number => latencies[Math.floor(share * (latencies.length - 1))] ?? NaN;
  const requestsPerSecond = (latencies.length / (ended - began)) * 1000;
  return { requests: latencies.length, requestsPerSecond, p50: at(0.5), p99: at(0.99) };
}
