import { alters, ownRequest, rawAuthorization, serves, when } from './breakages.ts';
import { type Api, error, headerOf, type Received } from './fake-api.ts';
import type { Breakage } from './fake-lab.ts';
import type { Breakages } from './prove.ts';

const VICTIM = '/api/v1/user-123/tasks';
const pathname = ({ path }: Received): string => path.split('?')[0] ?? '';
const isAnonymous = (request: Received): boolean => rawAuthorization(request) === '';
const isCollection = (request: Received): boolean => /^\/api\/v1\/[^/]+\/tasks$/.test(pathname(request));
const isItem = (request: Received): boolean => /^\/api\/v1\/[^/]+\/tasks\/[^/]+$/.test(pathname(request));
const ownerIn = (request: Received): string => decodeURIComponent(pathname(request).split('/')[3] ?? '');

/** Lets whoever calls act as the owner in the path. */
function unowned(applies: (request: Received) => boolean): Breakage {
  return (good, idp) => (request) =>
    applies(request) ? good(ownRequest(request, idp, request.path, ownerIn(request))) : good(request);
}

/** Does the write for the owner in the path and then answers as it should have before. */
function writesFirst(applies: (request: Received) => boolean): Breakage {
  return (good, idp) => (request) => {
    const isWrite =
      ['POST', 'PATCH', 'DELETE'].includes(request.method) && (isCollection(request) || isItem(request));
    const answer = good(request);
    if (isWrite && answer.status >= 400 && applies(request)) {
      good(ownRequest(request, idp, request.path, ownerIn(request)));
    }
    return answer;
  };
}

/** Serves the victim's collection on every path of which this is true. */
const servesVictim = (pattern: RegExp): Breakage => serves(({ path }) => pattern.test(path), VICTIM);

const isForged = (request: Received): boolean => {
  const [, , signature = ''] = rawAuthorization(request).split('.');
  return /forged|unpublished/.test(Buffer.from(signature, 'base64url').toString());
};
const claims = (request: Received): string =>
  Buffer.from(rawAuthorization(request).split('.')[1] ?? '', 'base64url').toString();
const subOf = (request: Received): string => /"sub":"([^"]*)"/.exec(claims(request))?.[1] ?? '';

/** Answers the way of the item, whoever's it is, once somebody owns the path. */
const childUnchecked: Breakage = (good, idp) => (request) => {
  if (!isItem(request) || subOf(request) !== ownerIn(request)) return good(request);
  const asEither = ['user-123', 'user-456'].map((sub) =>
    good(ownRequest(request, idp, request.path.replace(ownerIn(request), sub), sub)),
  );
  return asEither.find(({ status }) => status < 300) ?? good(request);
};

/** Obeys a wish for another method, and does not ask whose item it is. */
function overrides(wish: (request: Received) => boolean): Breakage {
  return (good, idp) => (request) =>
    wish(request)
      ? good(ownRequest({ ...request, method: 'DELETE' }, idp, pathname(request), ownerIn(request)))
      : good(request);
}

/** For each check of the area `authorization`, a backend with the fault it is for. */
export const authorizationBreakages: Breakages = {
  'own-me': {
    breakage: alters(
      (_, { path }) => path === '/api/v1/me',
      () => ({ body: { user_id: 'user-123' } }),
    ),
  },
  'own-tasks': {
    breakage: (good) => {
      const all: unknown[] = [];
      return (request) => {
        const answer = good(request);
        if (answer.status === 201) all.push(answer.body);
        return answer.status === 200 && isCollection(request) ? { ...answer, body: { items: all } } : answer;
      };
    },
  },
  'list-isolation': {
    breakage: serves(
      (request) => request.path.includes('sort=-created_at'),
      '/api/v1/user-456/tasks',
      'user-456',
    ),
  },
  'cross-get': { breakage: unowned(({ method }) => method === 'GET') },
  'cross-get-nonexistent': {
    breakage: when(
      (request) => ownerIn(request).startsWith('3f6c'),
      () => error(404, 'not_found'),
    ),
  },
  'cross-precedence-noauth': {
    breakage: when(
      (request) => isCollection(request) && isAnonymous(request),
      () => error(403, 'forbidden'),
    ),
  },
  'cross-conditional': {
    breakage: when(
      (request) => headerOf(request, 'if-none-match').includes('*'),
      () => ({ status: 304 }),
    ),
  },
  'cross-range': {
    breakage: when(
      (request) => headerOf(request, 'range').length > 0,
      () => ({ status: 206, body: '[]' }),
    ),
  },
  'cross-cached': {
    breakage: (good) => {
      let cached: { readonly path: string; readonly answer: ReturnType<Api> } | undefined;
      return (request) => {
        if (request.method === 'GET' && cached?.path === request.path) return cached.answer;
        const answer = good(request);
        cached =
          request.method === 'GET' && answer.status === 200 ? { path: request.path, answer } : undefined;
        return answer;
      };
    },
  },
  'cross-query-owner': { breakage: serves((request) => /[?&]userId=user-123/.test(request.path), VICTIM) },
  'cross-post': { breakage: writesFirst(({ method }) => method === 'POST') },
  'cross-put-patch': { breakage: writesFirst(({ method }) => method === 'PATCH') },
  'cross-delete': { breakage: unowned(({ method }) => method === 'DELETE') },
  'cross-nested-id': { breakage: childUnchecked },
  'cross-body-owner': {
    breakage: (good, idp) => (request) => {
      const [, owner, rest] = /^(?=.*"ownerId":"([^"]+)")(.*)$/.exec(request.body) ?? [];
      if (owner === undefined || rest === undefined) return good(request);
      const body = rest.replace(/,"ownerId":"[^"]+"/, '');
      return good(ownRequest({ ...request, body }, idp, `/api/v1/${owner}/tasks`, owner));
    },
  },
  'cross-precedence-body': {
    breakage: when(
      ({ body }) => body.includes('unfinished'),
      () => error(400, 'validation_failed'),
    ),
  },
  'id-prefix': {
    breakage: unowned((request) => subOf(request) !== '' && ownerIn(request).startsWith(subOf(request))),
  },
  'id-case': {
    breakage: unowned((request) => ownerIn(request).toLowerCase() === subOf(request).toLowerCase()),
  },
  'id-numeric-forms': { breakage: unowned((request) => Number(ownerIn(request)) === Number(subOf(request))) },
  'id-uuid-forms': {
    breakage: serves(({ path }) => path.includes('urn:uuid:'), VICTIM),
  },
  'id-wildcards': { breakage: servesVictim(/\/\*\//) },
  'id-list': { breakage: servesVictim(/%2C/) },
  'id-me-alias': { breakage: servesVictim(/\/me\/tasks/) },
  'id-injection': { breakage: servesVictim(/'1'='1/) },
  'path-dotdot-raw': { breakage: servesVictim(/\/\.\.\//) },
  'path-dotdot-encoded': { breakage: servesVictim(/%2e%2e\//) },
  'path-slash-encoded': { breakage: servesVictim(/\.\.%2f/) },
  'path-double-encoded': { breakage: servesVictim(/%252e/) },
  'path-double-slash': { breakage: servesVictim(/^\/\/api/) },
  'path-dot-segments': { breakage: servesVictim(/\/\.\/user/) },
  'path-matrix-params': { breakage: servesVictim(/;x=1/) },
  'path-trailing': { breakage: servesVictim(/tasks\/$/) },
  'path-suffix': { breakage: servesVictim(/\.css$/) },
  'path-case': { breakage: servesVictim(/^\/API/) },
  'path-encoded-letters': { breakage: servesVictim(/^\/%61pi/) },
  'path-open-in-query': { breakage: servesVictim(/\?.*\/health/) },
  'path-fragment-query': { breakage: servesVictim(/#/) },
  'path-backslash': { breakage: servesVictim(/\\user/) },
  'path-nul-newline': {
    breakage: (good) => (request) =>
      request.path.includes('%0d%0a')
        ? { ...good(request), headers: { 'X-Injected': 'yes' } }
        : good(request),
  },
  'path-overlong-utf8': { breakage: servesVictim(/%c0%af/) },
  'path-absolute-form': { breakage: servesVictim(/^http:\/\/internal/) },
  'path-encoded-own': {
    breakage: when(
      ({ path }) => path.includes('%75ser'),
      () => error(403, 'forbidden'),
    ),
  },
  'method-head-noauth': {
    breakage: when(
      ({ method }) => method === 'HEAD',
      () => ({ status: 200 }),
    ),
  },
  'method-head-own': {
    breakage: when(
      ({ method }) => method === 'HEAD',
      () => error(404, 'not_found'),
    ),
  },
  'method-head-cross': { breakage: unowned(({ method }) => method === 'HEAD') },
  'method-options': {
    breakage: (good, idp) => (request) =>
      good(
        request.method === 'OPTIONS'
          ? ownRequest({ ...request, method: 'GET' }, idp, request.path, 'user-123')
          : request,
      ),
  },
  'method-trace': {
    breakage: when(
      ({ method }) => method === 'TRACE',
      (request) => ({ status: 200, body: rawAuthorization(request) }),
    ),
  },
  'method-unknown': {
    breakage: when(
      ({ method }) => method === 'PURGE',
      () => ({ status: 200 }),
    ),
  },
  'method-405-allow': {
    breakage: alters(
      ({ status }) => status === 405,
      ({ headers }) => ({ headers: { ...headers, Allow: '' } }),
    ),
  },
  'method-405-auth-order': {
    breakage: when(
      ({ method }) => method === 'DELETE',
      () => error(404, 'not_found'),
    ),
  },
  'method-override-header': {
    breakage: overrides((request) => headerOf(request, 'x-http-method').length > 0),
  },
  'method-override-param': { breakage: overrides(({ body }) => body === '_method=DELETE') },
  'hdr-spoof-identity': {
    breakage: (good, idp) => (request) => {
      const [user] = headerOf(request, 'remote-user');
      return good(user === undefined ? request : ownRequest(request, idp, request.path, user));
    },
  },
  'hdr-spoof-identity-noauth': {
    breakage: serves((request) => headerOf(request, 'x-forwarded-user').length > 0, '/api/v1/me', 'user-456'),
  },
  'hdr-spoof-url': {
    breakage: (good, idp) => (request) => {
      const [path] = headerOf(request, 'x-rewrite-url');
      const admitted = path !== undefined && good(request).status === 200;
      return admitted ? good(ownRequest(request, idp, path, path.split('/')[3] ?? '')) : good(request);
    },
  },
  'hdr-spoof-ip-host': {
    breakage: serves((request) => headerOf(request, 'x-real-ip').includes('127.0.0.1'), '/api/v1/me'),
  },
  'hdr-spoof-framework': {
    breakage: serves((request) => headerOf(request, 'x-middleware-subrequest').length > 0, '/api/v1/me'),
  },
  'hdr-spoof-client': {
    breakage: serves((request) => headerOf(request, 'user-agent').join().includes('kube-'), '/api/v1/me'),
  },
  'hdr-hop-by-hop': {
    breakage: serves(
      (request) => headerOf(request, 'connection').join().includes('Authorization'),
      '/api/v1/me',
      'user-456',
    ),
  },
  'write-noauth': { breakage: writesFirst(isAnonymous) },
  'write-expired': { breakage: writesFirst((request) => claims(request).includes('"exp":"-')) },
  'write-forged': { breakage: writesFirst(isForged) },
  'write-during-outage': {
    breakage: (good, idp) => (request) =>
      writesFirst(() => idp.receive('probe') !== undefined && isForged(request))(good, idp)(request),
  },
  'all-routes-guarded': {
    breakage: unowned((request) => isItem(request) && request.method === 'PATCH' && isForged(request)),
  },
  'all-routes-cross': { breakage: unowned((request) => isItem(request) && request.method === 'GET') },
  'public-allowlist': {
    breakage: when(
      ({ path }) => path === '/debug/vars',
      () => ({ status: 200, body: {} }),
    ),
  },
  'public-with-bad-token': {
    breakage: (good) => (request) =>
      request.path === '/health' && !isAnonymous(request)
        ? { status: 200, body: { status: 'ok', user: subOf(request) } }
        : good(request),
  },
  'websocket-upgrade': {
    breakage: when(
      (request) => headerOf(request, 'upgrade').length > 0,
      () => ({ status: 101 }),
    ),
  },
  'smuggling-cl-te': {
    breakage: (good) => (request) =>
      good({ ...request, headers: request.headers.filter(([name]) => name !== 'Content-Length') }),
  },
};
