import { type Answer, json, Refusal } from './answer.ts';
import type { Bug, BugName } from './bugs.ts';
import type { JsonObject } from './jws.ts';
import type { Call, Rooms } from './call.ts';

/*
 * What goes round a gate: routes that were forgotten, headers that are believed, paths that the router reads otherwise
 * than the guard. All of it is absent from the correct backend.
 */

const GUEST: JsonObject = { sub: 'user-123', exp: 0, iss: 'nobody' };

/** Who somebody is without any token. */
export function roundTheGuard({ request, path }: Call, { bug, memory }: Rooms): JsonObject | undefined {
  const { authorization, upgrade, 'user-agent': agent } = request.headers;
  if (bug('connection-remembered') && authorization === undefined) return memory.users.get(request.socket);
  if (bug('empty-is-guest') && authorization === '') return GUEST;
  if (bug('null-is-guest') && /^Bearer (null|undefined)$/.test(authorization ?? '')) return GUEST;
  if (bug('framework-bypass') && request.headers['x-middleware-subrequest'] !== undefined) return GUEST;
  if (bug('probe-exempt') && /^(kube-probe|ELB-HealthChecker)/.test(agent ?? '')) return GUEST;
  if (bug('guard-before-decoding') && !path.startsWith('/api/')) return GUEST;
  if (bug('open-by-substring') && request.url?.includes('/health')) return GUEST;
  if (bug('upgrade-unguarded') && upgrade !== undefined) return GUEST;
  return undefined;
}

const KNOWN_METHODS = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'CONNECT',
]);

/** Answers that no guard has seen. */
export function shortcut(call: Call, { bug, tasks, memory }: Rooms): Answer | undefined {
  const { request, method, path } = call;
  const greeted = bug('bad-token-greeted') ? bearerClaims(request.headers.authorization)?.['sub'] : undefined;
  if (path === '/health' && greeted !== undefined) return json(200, { status: 'ok', user_id: greeted });
  if (bug('users-route-open') && path === '/users') return json(200, [{ user_id: 'user-123' }]);
  if (bug('trace-reflects') && method === 'TRACE') {
    return {
      status: 200,
      headers: { 'content-type': 'message/http' },
      body: request.rawHeaders.join('\r\n'),
    };
  }
  if (bug('unknown-method-is-get') && !KNOWN_METHODS.has(method) && path === '/api/v1/me') {
    return json(200, { user_id: 'user-123' });
  }
  const isEarly =
    (bug('condition-first') && request.headers['if-none-match'] !== undefined) ||
    (bug('range-first') && request.headers.range !== undefined);
  const owner = /^\/api\/v1\/([^/]+)\/tasks$/.exec(path)?.[1];
  if (isEarly && owner !== undefined) return listOf(tasks.list(decodeURIComponent(owner)));
  const elsewhere = request.headers['x-original-url'];
  const named = typeof elsewhere === 'string' ? /^\/api\/v1\/([^/]+)\/tasks/.exec(elsewhere)?.[1] : undefined;
  if (bug('url-header') && named !== undefined) return listOf(tasks.list(decodeURIComponent(named)));
  return bug('cached-by-path') && method === 'GET' ? memory.answers.get(path) : undefined;
}

/** What the gate of one method forgets, where each has been given its own. */
export function ownGate(method: string, bug: Bug): BugName | undefined {
  if (bug('create-any-audience') && method === 'POST') return 'aud-unchecked';
  if (bug('create-any-issuer') && method === 'POST') return 'iss-unchecked';
  return undefined;
}

/** What one route makes of a token that the others refuse. */
export async function leniently(
  { request, method }: Call,
  bug: Bug,
  check: () => Promise<JsonObject>,
): Promise<JsonObject> {
  const claims = bearerClaims(request.headers.authorization);
  if (bug('update-decodes') && method === 'PATCH' && claims !== undefined) return claims;
  try {
    return await check();
  } catch (error) {
    const expired = error instanceof Refusal && isExpiry(error);
    if (bug('delete-takes-expired') && method === 'DELETE' && expired && claims) return claims;
    throw error;
  }
}

function isExpiry({ answer }: Refusal): boolean {
  return (answer.body as { readonly error_code?: unknown }).error_code === 'token_expired';
}

/** The claims of a token that nobody has verified. */
function bearerClaims(header = ''): JsonObject | undefined {
  try {
    return JSON.parse(Buffer.from(header.split('.')[1] ?? '', 'base64url').toString()) as JsonObject;
  } catch {
    return undefined;
  }
}

const listOf = (items: readonly unknown[]): Answer => json(200, { items, next_cursor: null });

/** Which route was registered before the guard. */
export function isForgotten(kind: 'me' | 'collection' | 'item', { method }: Call, bug: Bug): boolean {
  const name = FORGOTTEN[`${method} ${kind}`];
  return name !== undefined && bug(name);
}

const FORGOTTEN: Readonly<Record<string, BugName>> = {
  'GET me': 'me-unguarded',
  'GET collection': 'list-unguarded',
  'POST collection': 'create-unguarded',
  'GET item': 'read-unguarded',
  'PATCH item': 'update-unguarded',
};

/** Another owner who gets through. */
export function mayPass({ method }: Call, owner: string, sub: string, bug: Bug): boolean {
  if (bug('update-owner-unchecked') && method === 'PATCH') return true;
  if (bug('delete-owner-unchecked') && method === 'DELETE') return true;
  if (bug('head-owner-unchecked') && method === 'HEAD') return true;
  if (bug('owner-list') && owner.split(',').includes(sub)) return true;
  return bug('wildcard-owner') && owner === '*';
}

/** The path as a router reads it that tidies up. */
export function tidied(path: string, bug: Bug): string {
  if (bug('double-slash-merged')) return path.replace(/\/{2,}/g, '/');
  if (bug('matrix-dropped')) return path.replace(/;[^/]*/g, '').replace(/\/{2,}/g, '/');
  if (bug('backslash-is-slash') && /\\|%5c/i.test(path))
    return new URL(path.replace(/\\|%5c/gi, '/'), 'http://x').pathname;
  return path;
}
