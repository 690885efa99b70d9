import { type FakeIdp, readFakeToken } from './fake-idp.ts';

/** A request as it came: nothing decoded, nothing joined. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** What the suite's clock is told; nothing waits. */
  readonly durationMs?: number;
  /** The connection ends after this answer. */
  readonly closes?: boolean;
}

/** A backend, from request to answer. */
export type Api = (request: Received) => Answer;

interface Task {
  readonly id: string;
  readonly user_id: string;
  readonly title: unknown;
  readonly completed: boolean;
}

export const ORIGIN = 'http://localhost:3000';

/** A backend that keeps every rule these checks know, in the order of the contract. */
export function createGoodApi(idp: FakeIdp): Api {
  const tasks: Task[] = [];
  return (request) => withFields(request, parserFault(request) ?? route(request, idp, tasks));
}

export function headerOf({ headers }: Received, name: string): readonly string[] {
  return headers.flatMap(([field, value]) => (field.toLowerCase() === name ? [value.trim()] : []));
}

export function error(status: number, error_code: string, message: string = error_code): Answer {
  const challenge =
    status !== 401
      ? {}
      : {
          'WWW-Authenticate':
            error_code === 'missing_token'
              ? 'Bearer realm="tasks"'
              : 'Bearer realm="tasks", error="invalid_token"',
        };
  const retry = status === 503 ? { 'Retry-After': '30' } : {};
  return {
    status,
    headers: { ...challenge, ...retry, 'Cache-Control': 'no-store' },
    body: { error: String(status), error_code, message },
  };
}

/** What a strict HTTP/1.1 parser refuses before any application sees it. */
function parserFault({ method, headers, path }: Received): Answer | undefined {
  const bad = headers.some(([name, value]) => !/^[\w-]+$/.test(name) || /[\0-\x08\x0a-\x1f\x7f]/.test(value));
  const both = ['content-length', 'transfer-encoding'].every((name) =>
    headers.some(([field]) => field.toLowerCase() === name),
  );
  if (bad || both || !/^[A-Z]+$/.test(method) || /[^!-\xff]/.test(path)) return { status: 400, closes: true };
  const size = headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  return size > 16_384 ? { status: 431, closes: true } : undefined;
}

function route(request: Received, idp: FakeIdp, tasks: Task[]): Answer {
  const [path = ''] = request.path.replace(/^http:\/\/[^/]*/, '').split('?');
  const isPreflight =
    request.method === 'OPTIONS' && headerOf(request, 'access-control-request-method').length > 0;
  if (isPreflight) return { status: 204 };
  if (path === '/health' || path === '/ready') return { status: 200, body: { status: 'ok' } };
  if (path === '/metrics') return { status: 200, body: 'up 1' };
  const [, owner, id] = /^\/api\/v1\/([^/]+)\/tasks(?:\/([^/]+))?$/.exec(path) ?? [];
  if (path !== '/api/v1/me' && owner === undefined) return error(404, 'not_found');

  const caller = callerOf(request, idp);
  if ('status' in caller) return caller;
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  if (owner === undefined)
    return method === 'GET' ? json(200, { user_id: caller.sub }) : notAllowed('GET, HEAD');
  if (decoded(owner) !== caller.sub) return error(403, 'forbidden');
  return id === undefined
    ? collection(method, request, caller.sub, tasks)
    : item(method, request, caller.sub, id, tasks);
}

function callerOf(request: Received, idp: FakeIdp): { readonly sub: string } | Answer {
  const lines = headerOf(request, 'authorization');
  if (lines.length > 1) return error(401, 'invalid_token');
  const [, token] = /^bearer(?: +(.*))?$/i.exec(lines[0] ?? '') ?? [];
  if (lines[0] === undefined || token === undefined) return error(401, 'missing_token');
  const read = readFakeToken(token, idp);
  return 'sub' in read ? read : error(read.fault === 'jwks_unavailable' ? 503 : 401, read.fault);
}

function collection(method: string, { body }: Received, sub: string, tasks: Task[]): Answer {
  if (method === 'GET') return json(200, { items: tasks.filter(({ user_id }) => user_id === sub) });
  if (method !== 'POST') return notAllowed('GET, HEAD, POST');
  const title = titleOf(body);
  if (title === undefined) return error(400, 'validation_failed');
  const task = { id: crypto.randomUUID(), user_id: sub, title, completed: false };
  tasks.push(task);
  return json(201, task);
}

function item(method: string, { body }: Received, sub: string, id: string, tasks: Task[]): Answer {
  if (!['GET', 'PATCH', 'DELETE'].includes(method)) return notAllowed('GET, HEAD, PATCH, DELETE');
  const at = tasks.findIndex((task) => task.id === id && task.user_id === sub);
  const task = tasks[at];
  if (task === undefined) return error(404, 'not_found');
  if (method === 'DELETE') tasks.splice(at, 1);
  if (method === 'PATCH') tasks[at] = { ...task, ...(JSON.parse(body) as object) };
  return method === 'DELETE' ? { status: 204 } : json(200, tasks[at]);
}

function titleOf(body: string): unknown {
  try {
    const { title, ...rest } = JSON.parse(body) as Readonly<Record<string, unknown>>;
    return Object.keys(rest).every((name) => name === 'description') ? title : undefined;
  } catch {
    return undefined;
  }
}

function json(status: number, body: unknown): Answer {
  return { status, headers: { 'Cache-Control': 'no-store' }, body };
}

function notAllowed(allow: string): Answer {
  const refusal = error(405, 'method_not_allowed');
  return { ...refusal, headers: { ...refusal.headers, Allow: allow } };
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

function withFields(request: Received, answer: Answer): Answer {
  const allowed = headerOf(request, 'origin')[0] === ORIGIN;
  const cors = {
    'Access-Control-Allow-Origin': ORIGIN,
    'Access-Control-Allow-Headers': 'Authorization, Content-Type',
    'Access-Control-Expose-Headers': 'WWW-Authenticate',
  };
  const type = answer.body === undefined ? {} : { 'Content-Type': 'application/json' };
  return { ...answer, headers: { Vary: 'Origin', ...type, ...(allowed && cors), ...answer.headers } };
}
