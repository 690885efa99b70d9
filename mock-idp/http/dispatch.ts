import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import { MockIdpError } from '../errors.ts';
import { locate, namesAbove } from '../issuer-name.ts';
import type { Issuer } from '../issuer.ts';
import type { Issuers } from '../issuers.ts';
import type { Endpoint } from '../journal.ts';
import { CONTROL } from '../paths.ts';
import { didYouMean } from '../suggest.ts';
import { type Answer, type ControlAnswer, problem } from './answer.ts';
import { authorizeRoutes } from './authorize.ts';
import { betterAuthRoutes } from './better-auth.ts';
import { readForm } from './body.ts';
import { type ControlCall, controlRoutes } from './control.ts';
import { type CorsOptions, corsHeaders, isPreflight, preflightAnswer } from './cors.ts';
import { endSessionRoutes } from './end-session.ts';
import { notes } from './notes.ts';
import { perform, send, stream } from './perform.ts';
import { allowed, type Call, handlerFor, type Methods, type Route, type Routes } from './route.ts';
import { tokenRoutes } from './token-endpoint.ts';
import { tokenInspectionRoutes } from './token-inspection.ts';
import { wellKnownRoutes } from './well-known.ts';

const routes: Routes = {
  ...wellKnownRoutes,
  ...authorizeRoutes,
  ...tokenRoutes,
  ...tokenInspectionRoutes,
  ...endSessionRoutes,
  ...betterAuthRoutes,
};

export interface DispatchOptions extends CorsOptions {
  readonly issuers: Issuers;
  /** Demanded of control-plane requests as `X-Mock-Control-Token`, where set. */
  readonly controlToken: string | undefined;
  readonly clock: Clock;
  /** Where the client of a request has reached the server, without a trailing slash. */
  readonly urlSeenBy: (request: IncomingMessage) => string;
}

/** Finds the issuer and the endpoint of a request and answers it. */
export async function dispatch(
  request: IncomingMessage,
  response: ServerResponse,
  options: DispatchOptions,
): Promise<void> {
  const [path = '/', search = ''] = (request.url ?? '/').split(/\?(.*)/su, 2);
  const { name, rest } = locate(path) ?? { name: undefined, rest: path };
  const isControl = name !== undefined && rest.startsWith(CONTROL);
  const gone = new AbortController();
  response.once('close', () => {
    gone.abort();
  });
  response.setHeader('x-gateproof-mock', 'testing-only');
  response.setHeader('date', new Date(options.clock.now()).toUTCString());
  response.setHeaders(new Map(Object.entries(corsHeaders(request, options, isControl))));
  const incoming = { request, query: new URLSearchParams(search), form: NO_FORM, signal: gone.signal };
  try {
    if (isPreflight(request)) {
      send(response, preflightAnswer(request));
    } else if (isControl) {
      authorize(request, options.controlToken);
      const url = options.urlSeenBy(request);
      const issuer = options.issuers.get(name).at(url);
      const call = { ...incoming, issuers: options.issuers, clock: options.clock, issuer, url };
      const answer = await control(rest.slice(CONTROL.length), call);
      await stream(response, answer);
    } else {
      await serve(name, rest, incoming, response, options);
    }
  } catch (error) {
    if (response.headersSent) response.destroy();
    else send(response, problem(error));
  }
}

async function control(path: string, call: ControlCall): Promise<ControlAnswer> {
  const methods = Object.hasOwn(controlRoutes, path) ? controlRoutes[path] : undefined;
  if (methods === undefined) {
    const known = Object.keys(controlRoutes);
    const hint = didYouMean(path, known) || `; it has ${known.join(', ')}`;
    throw new MockIdpError('not_found', `The control plane has no "${path.slice(0, 64)}"${hint}`);
  }
  return handle(methods, call);
}

/** @param name of the issuer, where the path is that of an endpoint */
async function serve(
  name: string | undefined,
  path: string,
  incoming: Omit<Call, 'issuer'>,
  response: ServerResponse,
  { issuers, clock, urlSeenBy }: DispatchOptions,
): Promise<void> {
  const { request, signal } = incoming;
  const route = name === undefined ? undefined : routes[path];
  const issuer = (name === undefined ? nearest(path, issuers) : issuers.get(name)).at(urlSeenBy(request));
  const method = request.method ?? '';
  const handler = route && handlerFor(route.methods, method);
  const form = route?.form && handler && method === 'POST' ? await formBody(request) : NO_FORM;
  const endpoint = endpointOf(route, form);
  const record = (status: number): void => {
    const { url: path = '', headers } = request;
    const entry = { at: clock.now(), method, path, endpoint, headers, status };
    const seq = issuer.state.requests.record({ ...entry, ...notes({ ...incoming, form }) });
    response.once('close', () => {
      if (!response.writableFinished) issuer.state.requests.dropped(seq);
    });
  };
  const faulty = handler !== undefined && endpoint !== 'other';
  const { action, snapshot } = faulty ? issuer.state.faults.next(endpoint) : WELL;
  await perform(action, {
    response,
    record,
    snapshot,
    signal,
    trapUrl: () => issuer.trapUrl,
    answer: () => answerOf(route, { ...incoming, form, issuer }, path),
  });
}

/** Only an endpoint brings an issuer into being; a stray path is remembered by an issuer that is there already. */
function nearest(path: string, issuers: Issuers): Issuer {
  const found = namesAbove(path).find((name) => issuers.find(name) !== undefined);
  return issuers.get(found);
}

const NO_FORM = new URLSearchParams();

async function formBody(request: IncomingMessage): Promise<Call['form']> {
  try {
    return await readForm(request);
  } catch (error) {
    if (error instanceof MockIdpError) return error;
    throw error;
  }
}

function endpointOf(route: Route | undefined, form: Call['form']): Endpoint {
  const { endpoint = 'other' } = route ?? {};
  return typeof endpoint === 'function' ? endpoint({ form }) : endpoint;
}

const WELL = { action: { kind: 'ok' }, snapshot: '' } as const;

async function answerOf(route: Route | undefined, call: Call, path: string): Promise<Answer> {
  try {
    if (route === undefined) throw notFound(path === '' ? (call.request.url ?? '/') : path);
    return await handle(route.methods, call);
  } catch (error) {
    return problem(error);
  }
}

async function handle<Context extends Call, Result>(
  methods: Methods<Context, Result>,
  call: Context,
): Promise<Result | Answer> {
  const handler = handlerFor<Context, Result>(methods, call.request.method ?? '');
  if (handler !== undefined) return handler(call);
  const allow = allowed(methods);
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
