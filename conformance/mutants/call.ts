import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Answer } from './answer.ts';
import type { Bug } from './bugs.ts';
import type { Gate } from './gate.ts';
import type { JsonObject } from './jws.ts';
import type { Ledger } from './ledger.ts';
import type { TaskStore } from './tasks.ts';

export interface Call {
  readonly request: IncomingMessage;
  readonly method: string;
  /** As received, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The whole body; read only when somebody asks, so that a bad token is answered first. */
  readonly body: () => Promise<string>;
}

export interface Rooms {
  readonly gate: Gate;
  readonly tasks: TaskStore;
  readonly ledger: Ledger;
  readonly ready: () => boolean;
  readonly bug: Bug;
  /** The user of the request before, for gates that keep him in a variable. */
  readonly leaked: { claims?: JsonObject };
  readonly memory: Memory;
}

/** What a broken gate keeps between requests. */
export interface Memory {
  /** Users of connections on which a token has passed. */
  readonly users: WeakMap<Socket, JsonObject>;
  /** Answers by path. */
  readonly answers: Map<string, Answer>;
}

export function createMemory(): Memory {
  return { users: new WeakMap(), answers: new Map() };
}
