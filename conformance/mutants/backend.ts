import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, errorAnswer, Refusal } from './answer.ts';
import type { Bug, BugName } from './bugs.ts';
import { Gate } from './gate.ts';
import { KeySet } from './key-set.ts';
import { Ledger } from './ledger.ts';
import { type Call, createMemory, type Rooms } from './call.ts';
import { route } from './routes.ts';
import { spoil } from './spoil.ts';
import { TaskStore } from './tasks.ts';

/** A running backend: correct, or with exactly one bug. */
export interface MutantBackend extends AsyncDisposable {
  readonly url: string;
  /** Set where the backend refused to start. */
  readonly exitCode: number | undefined;
  /** A line per request that was refused, with the route and the code and nothing of the client's. */
  readonly log: readonly string[];
}

/**
 * The small reference backend of the mutants: the contract in memory, with at most one bug switched on. It shares no
 * code with the reference verifier, so that the suite is proved on two independent good backends.
 */
export async function startMutantBackend(
  environment: Readonly<Record<string, string>>,
  name?: BugName,
  ledger: Ledger = new Ledger(),
): Promise<MutantBackend> {
  const bug: Bug = (candidate) => candidate === name;
  const seconds = (variable: string, fallback: number): number => Number(environment[variable] ?? fallback);
  const issuer = environment['BETTER_AUTH_URL'] ?? '';
  const jwksUrl = environment['BETTER_AUTH_JWKS_URL'] ?? `${issuer}/.well-known/jwks.json`;
  const keySet = new KeySet(
    {
      url: bug('disco-unchecked') ? await discover(issuer) : jwksUrl,
      ttl: seconds('JWKS_CACHE_TTL', 3600) * 1000,
      cooldown: seconds('JWKS_COOLDOWN', 30) * 1000,
      timeout: seconds('JWKS_TIMEOUT', 5) * 1000,
      maxStale: seconds('JWKS_MAX_STALE', 3600) * 1000,
    },
    bug,
  );
  const gate = new Gate(
    {
      issuer,
      audience: environment['JWT_AUDIENCE'] ?? '',
      leeway: seconds('JWT_LEEWAY', 5),
      keySet,
      sessionUrl: `${issuer}/api/auth/get-session`,
    },
    bug,
  );
  if (!bug('lazy-jwks') && !bug('odd-key-at-first-request')) await keySet.load();
  const degraded = environment['JWKS_STARTUP'] === 'degraded';
  const keyless = bug('startup-unchecked') || bug('lazy-jwks') || bug('odd-key-at-first-request');
  if (!keySet.loaded && !degraded && !keyless) {
    return {
      url: 'http://127.0.0.1:1',
      exitCode: 1,
      log: [],
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }
  const origins = (environment['ALLOWED_ORIGINS'] ?? '').split(',').filter(Boolean);
  const ready = (): boolean => keySet.loaded || keyless;
  const tasks = new TaskStore(ledger);
  const rooms: Rooms = { gate, tasks, ledger, ready, bug, leaked: {}, memory: createMemory() };
  const log: string[] = [];
  const server = createServer({ keepAliveTimeout: 60_000, maxHeaderSize: 32_768 }, (request, response) => {
    // A client that goes away before its body has come is no fault of the backend's.
    serve(request, response, rooms, origins).then(
      ({ status }) => {
        if (bug('refusals-in-table') && status >= 400) ledger.writeLater();
        if (bug('log-tokens')) log.push(`authorization: ${request.headers.authorization ?? ''}`);
        else if (status >= 400) log.push(`${request.method ?? ''} refused with ${status}`);
      },
      () => response.destroy(),
    );
  });
  server.on('clientError', (_, socket) => {
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  return { url: await listen(server), exitCode: undefined, log, [Symbol.asyncDispose]: () => close(server) };
}

/** The address of the key set, by whatever document is at the issuer's. */
async function discover(issuer: string): Promise<string> {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`);
  return ((await response.json()) as { readonly jwks_uri: string }).jwks_uri;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  rooms: Rooms,
  origins: readonly string[],
): Promise<Answer> {
  const [path = '/', query = ''] = (request.url ?? '/').split(/\?(.*)/s);
  let body: Promise<string> | undefined;
  const call: Call = {
    request,
    method: request.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    body: () => (body ??= readAll(request)),
  };
  const answer = spoil(await answerTo(call, rooms), call, rooms.bug);
  if (answer.status === 200) rooms.memory.answers.set(path, answer);
  send(response, call, withCors(answer, call, origins, rooms.bug), rooms.bug);
  return answer;
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function answerTo(call: Call, rooms: Rooms): Promise<Answer> {
  const preflight =
    call.method === 'OPTIONS' && call.request.headers['access-control-request-method'] !== undefined;
  if (preflight) return { status: 204, headers: {} };
  try {
    return await route(call, rooms);
  } catch (error) {
    if (error instanceof Refusal) {
      const { answer, stack } = error;
      return rooms.bug('stack-leak')
        ? { ...answer, body: { ...(answer.body as object), message: stack } }
        : answer;
    }
    return errorAnswer(500, 'internal_error', 'Internal error');
  }
}

function withCors(answer: Answer, call: Call, origins: readonly string[], bug: Bug): Answer {
  const origin = call.request.headers.origin;
  if (bug('cors-missing') || (bug('cors-success-only') && answer.status >= 400)) return answer;
  if (bug('cors-star-credentials')) {
    const everyone = { 'access-control-allow-origin': '*', 'access-control-allow-credentials': 'true' };
    return { ...answer, headers: { ...answer.headers, ...everyone } };
  }
  const vary = bug('cors-no-vary') ? {} : { vary: 'Origin' };
  if (origin === undefined || (!origins.includes(origin) && !bug('cors-reflect'))) {
    return { ...answer, headers: { ...answer.headers, ...vary } };
  }
  return {
    ...answer,
    headers: {
      ...answer.headers,
      ...vary,
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'WWW-Authenticate, Retry-After, Location',
      ...(bug('cors-reflect') && { 'access-control-allow-credentials': 'true' }),
      ...(call.method === 'OPTIONS' && {
        'access-control-allow-methods': 'GET, HEAD, POST, PATCH, DELETE',
        'access-control-allow-headers': bug('cors-star-headers') ? '*' : 'Authorization, Content-Type',
      }),
    },
  };
}

function send(response: ServerResponse, call: Call, { status, headers, body }: Answer, bug: Bug): void {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, {
    ...(!(bug('headers-forgotten') && status >= 400) && {
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    }),
    ...headers,
    ...(status !== 204 && { 'content-length': Buffer.byteLength(text) }),
    // A body nobody has read would be taken for the next request (RFC 9112 §9.3).
    ...(!call.request.complete && { connection: 'close' }),
  });
  const { socket } = response;
  response.end(call.method === 'HEAD' ? undefined : text);
  // Node itself would send none.
  if (call.method === 'HEAD' && bug('head-body')) socket?.write(text);
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
