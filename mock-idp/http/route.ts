import type { IncomingMessage } from 'node:http';
import type { FaultEndpoint } from '../control.ts';
import type { Issuer } from '../issuer.ts';
import type { Endpoint } from '../journal.ts';
import type { Answer } from './answer.ts';

/** One request to one issuer. */
export interface Call {
  readonly request: IncomingMessage;
  readonly issuer: Issuer;
  readonly query: URLSearchParams;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

export type Handler = (call: Call) => Answer | Promise<Answer>;

/** What is at one path below an issuer. `HEAD` is answered by `GET`. */
export interface Route {
  readonly methods: Readonly<Partial<Record<'GET' | 'POST' | 'DELETE', Handler>>>;
  /** What the journal calls it. */
  readonly endpoint: Endpoint;
  /** The faults it can have. */
  readonly fault?: FaultEndpoint;
}

export type Routes = Readonly<Record<string, Route>>;

/** The handler for a method, or the methods there are. */
export function handlerFor({ methods }: Pick<Route, 'methods'>, method: string): Handler | undefined {
  const name = method === 'HEAD' ? 'GET' : method;
  return Object.entries(methods).find(([known]) => known === name)?.[1];
}

export function allowed({ methods }: Pick<Route, 'methods'>): string {
  return Object.keys(methods)
    .flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    .join(', ');
}
