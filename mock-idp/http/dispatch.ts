import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { MockIdpError } from '../errors.ts';
import { isIssuerName } from '../issuer-name.ts';
import type { Issuers } from '../issuers.ts';
import { didYouMean } from '../suggest.ts';
import { type Answer, problem } from './answer.ts';
import { betterAuthRoutes } from './better-auth.ts';
import { controlRoutes } from './control.ts';
import { perform, send } from './perform.ts';
import { allowed, type Call, handlerFor, type Route, type Routes } from './route.ts';
import { tokenInspectionRoutes } from './token-inspection.ts';
import { wellKnownRoutes } from './well-known.ts';

const routes: Routes = { ...wellKnownRoutes, ...betterAuthRoutes, ...tokenInspectionRoutes };
const CONTROL = '/_mock';

export interface DispatchOptions {
  readonly issuers: Issuers;
  /** Demanded of control-plane requests as `X-Mock-Control-Token`, where set. */
  readonly controlToken?: string;
  readonly now: () => number;
}

/** Finds the issuer and the endpoint of a request and answers it. */
export async function dispatch(
  request: IncomingMessage,
  response: ServerResponse,
  options: DispatchOptions,
): Promise<void> {
  const [path = '/', search = ''] = (request.url ?? '/').split(/\?(.*)/su, 2);
  const { name, rest } = locate(path);
  const gone = new AbortController();
  response.once('close', () => {
    gone.abort();
  });
  response.setHeader('x-gateproof-mock', 'testing-only');
  const incoming = { request, query: new URLSearchParams(search), signal: gone.signal };
  try {
    if (rest === CONTROL || rest.startsWith(`${CONTROL}/`)) {
      authorize(request, options.controlToken);
      const issuer = options.issuers.get(name);
      send(response, await control(rest.slice(CONTROL.length), { ...incoming, issuer }));
    } else {
      await serve(name, rest, incoming, response, options);
    }
  } catch (error) {
    if (response.headersSent) response.destroy();
    else send(response, problem(error));
  }
}

/** The leading segment names the issuer unless it begins the path of an endpoint. */
function locate(path: string): { readonly name: string; readonly rest: string } {
  const first = path.split('/', 2)[1] ?? '';
  if (!isIssuerName(first)) return { name: '', rest: path };
  return { name: first, rest: path.slice(first.length + 1) };
}

async function control(path: string, call: Call): Promise<Answer> {
  const route = Object.hasOwn(controlRoutes, path) ? controlRoutes[path] : undefined;
  if (route === undefined) {
    const hint = didYouMean(path, Object.keys(controlRoutes));
    throw new MockIdpError('not_found', `The control plane has no ${path.slice(0, 64)}${hint}`);
  }
  return handle(route, call);
}

async function serve(
  name: string,
  path: string,
  incoming: Omit<Call, 'issuer'>,
  response: ServerResponse,
  { issuers, now }: DispatchOptions,
): Promise<void> {
  const { request, signal } = incoming;
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  // Only an endpoint brings an issuer into being; a stray path is remembered by an issuer that is there already.
  const issuer = route === undefined ? (issuers.find(name) ?? issuers.get()) : issuers.get(name);
  const method = request.method ?? '';
  const record = (status: number): void => {
    const { url: path = '', headers } = request;
    const endpoint = route?.endpoint ?? 'other';
    const seq = issuer.requests.record({ at: now(), method, path, endpoint, headers, status });
    response.once('close', () => {
      if (!response.writableFinished) issuer.requests.dropped(seq);
    });
  };
  const faulty = route?.fault !== undefined && handlerFor(route, method) !== undefined;
  const { action, snapshot } = faulty ? issuer.faults.next(route.fault) : WELL;
  await perform(action, {
    response,
    record,
    snapshot,
    signal,
    trapUrl: () => issuer.trapUrl,
    answer: () => answerOf(route, { ...incoming, issuer }, path),
  });
}

const WELL = { action: { kind: 'ok' }, snapshot: '' } as const;

async function answerOf(route: Route | undefined, call: Call, path: string): Promise<Answer> {
  try {
    if (route === undefined) throw notFound(path === '' ? (call.request.url ?? '/') : path);
    return await handle(route, call);
  } catch (error) {
    return problem(error);
  }
}

async function handle(route: Pick<Route, 'methods'>, call: Call): Promise<Answer> {
  const handler = handlerFor(route, call.request.method ?? '');
  if (handler !== undefined) return handler(call);
  const allow = allowed(route);
  const refusal = problem(new MockIdpError('method_not_allowed', `Only ${allow} is answered here`));
  return { ...refusal, headers: { ...refusal.headers, allow } };
}

function notFound(path: string): MockIdpError {
  const hint = didYouMean(path, Object.keys(routes));
  return new MockIdpError('not_found', `Nothing is at ${path.slice(0, 128)}${hint}`);
}

function authorize({ headers }: IncomingMessage, controlToken: string | undefined): void {
  if (controlToken === undefined) return;
  const given = headers['x-mock-control-token'];
  if (typeof given === 'string' && timingSafeEqual(digest(given), digest(controlToken))) return;
  throw new MockIdpError(
    'control_token_required',
    'Send the control token of this server as X-Mock-Control-Token',
  );
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
