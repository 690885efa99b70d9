import { type Answer, errorAnswer, forbidden, json, missingToken, Refusal } from './answer.ts';
import type { Bug } from './bugs.ts';
import type { Call, Rooms } from './call.ts';
import { headerLines, readToken } from './credentials.ts';
import { isForgotten, leniently, ownGate, mayPass, roundTheGuard, shortcut, tidied } from './shortcuts.ts';
import type { JsonObject } from './jws.ts';
import { readTaskBody } from './task-body.ts';
import type { Task } from './tasks.ts';

/** From a call to its answer: credentials, owner, request, resource, in this order. */
export async function route(call: Call, rooms: Rooms): Promise<Answer> {
  const { bug } = rooms;
  const open = shortcut(call, rooms) ?? openRoute(call, rooms);
  if (open !== undefined) return open;
  const segments = splitPath(call, bug);
  if (segments.join('/') === 'api/v1/me') return me(call, rooms);
  const [api, version, owner, tasks, id, ...rest] = segments;
  const known = api === 'api' && version === 'v1' && tasks === 'tasks' && owner !== undefined && owner !== '';
  if (!known || rest.length > 0 || id === '') throw notFound();
  return taskRoute(call, owner, id, rooms);
}

function openRoute({ method, path }: Call, { ready }: Rooms): Answer | undefined {
  if (!['/health', '/ready', '/metrics'].includes(path)) return undefined;
  if (method !== 'GET' && method !== 'HEAD') throw notAllowed('GET, HEAD');
  if (path === '/health') return json(200, { status: 'ok' });
  if (path === '/metrics') {
    return {
      status: 200,
      headers: { 'content-type': 'text/plain; version=0.0.4', 'cache-control': 'no-store' },
      body: '# HELP up Whether the process is up.\n# TYPE up gauge\nup 1\n',
    };
  }
  const jwks = ready() ? 'ok' : 'failed';
  const status = ready() ? 'ready' : 'not_ready';
  return json(
    ready() ? 200 : 503,
    { status, checks: { jwks, database: 'ok' } },
    ready() ? {} : { 'retry-after': '1' },
  );
}

function splitPath({ path }: Call, bug: Bug): readonly string[] {
  let plain = tidied(path, bug);
  if (bug('guard-case')) plain = plain.replace(/^\/api\/v1\/|\/tasks$/gi, (part) => part.toLowerCase());
  if (bug('guard-suffix')) plain = plain.replace(/\/$|\.json$/, '');
  if (bug('path-normalised')) plain = new URL(plain, 'http://x').pathname;
  if (bug('decode-twice')) plain = new URL(safeDecode(safeDecode(plain)), 'http://x').pathname;
  if (bug('slash-decoded')) plain = new URL(plain.replace(/%2f/gi, '/'), 'http://x').pathname;
  return plain.slice(1).split('/').map(safeDecode);
}

function safeDecode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new Refusal(errorAnswer(400, 'validation_failed', 'The path is not valid percent-encoding'));
  }
}

async function authenticate(call: Call, rooms: Rooms): Promise<JsonObject> {
  const { bug, gate, leaked } = rooms;
  if (bug('local-exempt') && /127|localhost/.test(String(call.request.headers['x-forwarded-for']))) {
    return { sub: 'user-123', exp: 0, iss: 'local' };
  }
  const past = roundTheGuard(call, rooms);
  if (past !== undefined) return past;
  const trusted = call.request.headers['x-user-id'];
  if (bug('x-user-id') && typeof trusted === 'string') return { sub: trusted, exp: 0, iss: 'header' };
  if (bug('session-before-token')) rooms.ledger.statement();
  try {
    let token = readToken(
      call.request,
      call.query,
      bug('body-token') || bug('form-token') ? await call.body() : '',
      bug,
    );
    if (bug('detached-from-body') && token.includes('..')) {
      token = token.replace('..', `.${Buffer.from(await call.body()).toString('base64url')}.`);
    }
    const claims = await gate.check(token, ownGate(call.method, bug));
    if (bug('always-401')) throw missingToken();
    rooms.memory.users.set(call.request.socket, claims);
    const inQuery = bug('query-overrides') ? call.query.get('access_token') : null;
    if (inQuery !== null) return await gate.check(inQuery);
    const before = leaked.claims;
    leaked.claims = claims;
    // Gives the event loop away between authentication and use, as any handler with a query does.
    if (bug('global-identity')) {
      await new Promise((resolve) => setImmediate(resolve));
      return leaked.claims;
    }
    return bug('user-of-request-before') ? (before ?? claims) : claims;
  } catch (error) {
    if (bug('always-200') && error instanceof Refusal) return { sub: 'user-123', exp: 0, iss: 'anybody' };
    throw error;
  }
}

async function me(call: Call, rooms: Rooms): Promise<Answer> {
  const { bug } = rooms;
  const unguarded = bug('options-unguarded') && call.method === 'OPTIONS';
  if (unguarded) return json(200, { user_id: 'user-123' });
  if (isForgotten('me', call, bug)) return json(200, { user_id: 'user-123' });
  if (bug('head-unguarded') && call.method === 'HEAD') return json(200, {});
  const claims = await authenticate(call, rooms);
  if (call.method !== 'GET' && call.method !== 'HEAD') throw notAllowed('GET, HEAD');
  if (bug('me-from-database')) rooms.ledger.statement();
  const { email, name, exp, iss } = claims;
  if (bug('null-name-500')) (name as string).trim();
  return json(200, {
    user_id: identityOf(claims, bug),
    email: typeof email === 'string' ? email : null,
    name: typeof name === 'string' ? name : null,
    exp: Number.isFinite(exp) ? exp : Number.MAX_SAFE_INTEGER,
    iss,
  });
}

function identityOf(claims: JsonObject, bug: Bug): unknown {
  const { sub } = claims;
  if (bug('identity-email') && typeof claims['email'] === 'string') {
    return claims['email'].startsWith('other') ? 'user-456' : sub;
  }
  if (bug('identity-user-id')) return claims['user_id'] ?? claims['id'] ?? sub;
  if (bug('sub-mangled') && typeof sub === 'string') return sub.toUpperCase();
  if (bug('sub-case-fold') && typeof sub === 'string') return sub.toLowerCase();
  if (bug('sub-nul-cut') && typeof sub === 'string') return sub.split('\0')[0];
  if (bug('sub-cut') && typeof sub === 'string') return sub.slice(0, 64);
  if (bug('sub-looked-up') && typeof sub === 'string' && sub in {}) return 'user-123';
  if (bug('sub-trim-fold') && typeof sub === 'string') return sub.trim().toLowerCase();
  return sub;
}

const WRITES = new Set(['POST', 'PATCH', 'DELETE', 'PUT']);

async function taskRoute(call: Call, owner: string, id: string | undefined, rooms: Rooms): Promise<Answer> {
  const { bug } = rooms;
  const override = call.request.headers['x-http-method-override'] ?? call.query.get('_method');
  const method =
    (bug('method-override') || (bug('override-in-query') && call.query.has('_method'))) &&
    typeof override === 'string'
      ? override.toUpperCase()
      : call.method;
  const allowed = id === undefined ? ['GET', 'HEAD', 'POST'] : ['GET', 'HEAD', 'PATCH', 'DELETE'];
  if (bug('validate-before-auth') && WRITES.has(method))
    readTaskBody(await call.body(), 'application/json', id === undefined);
  if (bug('write-before-auth') && method === 'POST') rooms.tasks.create(owner, await readBody(call, true));
  if (bug('route-unguarded') && method === 'DELETE' && id !== undefined) {
    return onTask(method, call, owner, id, rooms);
  }
  if (isForgotten(id === undefined ? 'collection' : 'item', call, bug)) {
    if (id !== undefined) return onTask(method, call, owner, id, rooms);
    if (method === 'POST') return json(201, rooms.tasks.create(owner, await readBody(call, true)));
    return listTasks(call, owner, rooms);
  }
  if (isMissed(call, bug) && method === 'GET' && id === undefined) return listTasks(call, owner, rooms);
  if (bug('owner-before-auth') && call.request.headers.authorization === undefined) throw forbidden();
  const claims = await leniently(call, bug, () => authenticate(call, rooms));
  checkOwner(claims, owner, method, call, bug);
  if (!allowed.includes(method)) throw notAllowed(allowed.join(', '));
  const scope = bug('child-unchecked') || bug('no-owner-check') ? undefined : owner;
  if (id !== undefined) return onTask(method, call, scope, id, rooms);
  if (method === 'POST') {
    const task = rooms.tasks.create(owner, await readBody(call, true));
    return json(201, task, { location: `/api/v1/${encodeURIComponent(owner)}/tasks/${task.id}` });
  }
  const inQuery = bug('query-owner') ? call.query.get('user_id') : null;
  return listTasks(call, inQuery ?? owner, rooms);
}

/** Paths that the router takes and a guard that was put on other ones does not know. */
function isMissed({ path }: Call, bug: Bug): boolean {
  if (bug('double-slash-merged')) return path.includes('//');
  if (bug('backslash-is-slash')) return /\\|%5c/i.test(path);
  if (bug('matrix-dropped')) return path.includes(';');
  if (bug('guard-case')) return !/^\/api\/v1\/[^/]+\/tasks$/.test(path);
  return bug('guard-suffix') && /\/$|\.json$/.test(path);
}

function checkOwner(claims: JsonObject, owner: string, method: string, call: Call, bug: Bug): void {
  const sub = identityOf(claims, bug);
  if (owner === sub || bug('no-owner-check') || mayPass(call, owner, String(sub), bug)) return;
  if (bug('owner-check-get-only') && WRITES.has(method)) return;
  if (bug('owner-check-writes-only') && !WRITES.has(method)) return;
  if (bug('owner-prefix') && (owner.startsWith(String(sub)) || String(sub).startsWith(owner))) return;
  if (bug('owner-case-fold') && owner.toLowerCase() === String(sub).toLowerCase()) return;
  if (bug('owner-trim') && owner.trim() === sub) return;
  if (READING_PATHS_TWICE.some((name) => bug(name)) && ownerAsSent(call, bug) === sub) return;
  if (bug('owner-numeric') && Number(owner) === Number(sub)) return;
  if (bug('owner-normalised') && owner.normalize('NFC') === String(sub).normalize('NFC')) return;
  if (bug('admin-bypass') && (claims['role'] === 'admin' || claims['admin'] === true)) return;
  if (bug('403-as-404')) throw notFound();
  throw forbidden();
}

const READING_PATHS_TWICE = ['path-normalised', 'slash-decoded', 'decode-twice'] as const;

/** What a guard sees that looks at the path before the router has put it in order. */
function ownerAsSent({ path }: Call, bug: Bug): string | undefined {
  return path.split(bug('path-normalised') ? '/' : /\/|%(?:25)?2f/i)[3];
}

async function readBody(call: Call, creating: boolean): Promise<Partial<Task>> {
  return readTaskBody(await call.body(), headerLines(call.request, 'content-type')[0], creating);
}

function listTasks(call: Call, owner: string, { tasks, bug }: Rooms): Answer {
  const limit = Number(call.query.get('limit') ?? 20);
  const cursor = call.query.get('cursor');
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
    throw new Refusal(errorAnswer(400, 'validation_failed', 'limit: must be an integer from 1 to 100'));
  }
  const everybody =
    (bug('filter-drops-owner') && call.query.size > 0) || (bug('wildcard-owner') && owner === '*');
  const mine = tasks.list(everybody ? undefined : owner);
  const all = bug('owner-list') ? owner.split(',').flatMap((one) => tasks.list(one)) : mine;
  const from = cursor === null ? 0 : all.findIndex((task) => task.id === cursor) + 1;
  const items = all.slice(from, from + limit);
  const more = from + limit < all.length;
  return json(200, { items, next_cursor: more ? (items.at(-1)?.id ?? null) : null });
}

async function onTask(
  method: string,
  call: Call,
  owner: string | undefined,
  id: string,
  { tasks }: Rooms,
): Promise<Answer> {
  const task = tasks.get(owner, id);
  if (task === undefined) throw notFound();
  if (method === 'PATCH') return json(200, tasks.update(task, await readBody(call, false)));
  if (method !== 'DELETE') return json(200, task);
  tasks.delete(id);
  return { status: 204, headers: { 'cache-control': 'no-store' } };
}

const notFound = (): Refusal => new Refusal(errorAnswer(404, 'not_found', 'No such resource'));

const notAllowed = (allow: string): Refusal =>
  new Refusal(errorAnswer(405, 'method_not_allowed', 'The resource has no such method', { allow }));
