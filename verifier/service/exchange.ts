import type { IncomingMessage, ServerResponse } from 'node:http';
import type { VerifiedToken } from '../index.ts';
import type { Answer } from './answers.ts';

/** A request on its way to its answer. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Names the request in the log and to the client (`X-Request-Id`). */
  readonly id: string;
  /** Template of the path in the contract's form; `unknown` until it is found, and where there is none. */
  route: string;
  /** `error_code` of the answer, once there is one and it is an error. */
  errorCode: Answer['errorCode'];
}

/** What an operation gets of a request that has passed the gate and its schemas. */
export interface Call extends Input {
  /** Of the path, percent-decoded. */
  readonly params: Readonly<Record<string, string | undefined>>;
  /** Absent where the operation is open. */
  readonly auth: VerifiedToken | undefined;
}

export interface Input {
  /** The query, typed and with defaults, without what the contract does not name. */
  readonly query: Readonly<Record<string, unknown>>;
  /** The body, as its schema wants it. */
  readonly body?: unknown;
}
