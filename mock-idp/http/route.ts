import type { IncomingMessage } from 'node:http';
import { MockIdpError } from '../errors.ts';
import type { Issuer } from '../issuer.ts';
import type { Endpoint } from '../journal.ts';
import type { Answer } from './answer.ts';

/** One request to one issuer. */
export interface Call {
  readonly request: IncomingMessage;
  /** At the address the client uses. */
  readonly issuer: Issuer;
  readonly query: URLSearchParams;
  /** The fields of a form that was posted, or why there are none. Empty where the route takes no form. */
  readonly form: URLSearchParams | MockIdpError;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

export type Handler<Context = Call, Result = Answer> = (call: Context) => Result | Promise<Result>;

/** Who answers at one path, by method. `HEAD` is answered by `GET`. */
export type Methods<Context = Call, Result = Answer> = Readonly<
  Partial<Record<'GET' | 'POST' | 'DELETE', Handler<Context, Result>>>
>;

/** What is at one path below an issuer. */
export interface Route {
  readonly methods: Methods;
  /** What the journal calls it, and what a fault is set for. */
  readonly endpoint: Endpoint | ((call: Pick<Call, 'form'>) => Endpoint);
  /** Whether what is posted to it is a form. */
  readonly form?: true;
}

export type Routes = Readonly<Record<string, Route>>;

/** One route at each of several paths. */
export function at(paths: readonly string[], route: Route): Routes {
  return Object.fromEntries(paths.map((path) => [path, route]));
}

/** The fields of the form that was posted. @throws MockIdpError where what was posted is no form */
export function formOf({ form }: Pick<Call, 'form'>): URLSearchParams {
  if (form instanceof MockIdpError) throw form;
  return form;
}

/** The handler for a method, or the methods there are. */
export function handlerFor<Context, Result>(
  methods: Methods<Context, Result>,
  method: string,
): Handler<Context, Result> | undefined {
  const name = method === 'HEAD' ? 'GET' : method;
  return Object.entries(methods).find(([known]) => known === name)?.[1];
}

export function allowed(methods: object): string {
  return Object.keys(methods)
    .flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    .join(', ');
}
