import { type Dispatcher, Pool } from 'undici';
import type { Exchange, RequestSpec, Target } from '../model.ts';
import type { Answer } from './answer-parser.ts';
import { exchangeBytes } from './raw.ts';
import { createRedactor } from './redact.ts';
import { TargetError } from './target-error.ts';

export interface TargetOptions {
  /** Deadline of one request, connection included; default 10 000. */
  readonly timeoutMs?: number;
}

/** Longest body kept of an answer. */
const BODY_CAP = 1024 * 1024;

/** Fields that undici sets itself or refuses; a request that bears one goes out on a raw socket, as it stands. */
const OWN_FIELDS = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);

/**
 * A target reached over HTTP/1.1. Nothing is normalised, joined, followed or decompressed: `fetch` and most clients
 * would repair the very defects a check sends.
 */
export function createTarget(url: string, options: TargetOptions = {}): Target & AsyncDisposable {
  const origin = new URL(url);
  const timeoutMs = options.timeoutMs ?? 10_000;
  const pool = new Pool(origin.origin, {
    connections: 64,
    pipelining: 1,
    connect: { timeout: timeoutMs },
    // Shorter than the keep-alive of any common server, so that no request meets a connection about to close.
    keepAliveTimeout: 1_000,
    keepAliveMaxTimeout: 1_000,
  });

  const sendBytes = async (
    bytes: Uint8Array,
    { answers = 1, secrets }: { readonly answers?: number; readonly secrets: RequestSpec['secrets'] },
    requests: readonly SentRequest[] = requestsIn(bytes),
  ): Promise<readonly Exchange[]> => {
    const started = performance.now();
    const received = await exchangeBytes(origin, bytes, {
      answers,
      methods: requests.map(({ method }) => method),
      timeoutMs,
    });
    const durationMs = performance.now() - started;
    return received.map((answer, at) =>
      exchangeOf(requests[at] ?? { method: '', path: '', headers: [] }, answer, secrets, durationMs),
    );
  };

  const sendFresh = async (spec: RequestSpec): Promise<Exchange> => {
    const [exchange] = await sendBytes(serialize(spec, origin), spec, [spec]);
    if (exchange !== undefined) return exchange;
    throw new TargetError('closed', 'the connection was closed without an answer');
  };

  return {
    url,
    async send(spec) {
      if (!fitsUndici(spec)) return sendFresh(spec);
      const started = performance.now();
      try {
        const answer = await request(pool, spec, timeoutMs);
        return exchangeOf(spec, answer, spec.secrets, performance.now() - started);
      } catch (error) {
        // A kept-alive connection that the server closed in the same instant says nothing of the request; and a server
        // that closes after every error would close the next one of the pool as well.
        if (error instanceof TargetError && error.code === 'closed') return sendFresh(spec);
        throw error;
      }
    },
    sendRaw: (bytes, sent) => sendBytes(bytes, sent),
    [Symbol.asyncDispose]: () => pool.destroy(),
  };
}

async function request(pool: Pool, spec: RequestSpec, timeoutMs: number): Promise<Answer> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await pool.request({
      method: spec.method,
      path: spec.path,
      headers: spec.headers.flat(),
      body: spec.body ?? null,
      responseHeaders: 'raw',
      signal,
    });
    return {
      status: response.statusCode,
      headers: pairs(response.headers),
      body: await readBody(response.body),
    };
  } catch (error) {
    if (signal.aborted) throw new TargetError('timeout', `no answer within ${timeoutMs / 1000} s`);
    const { code, message } = error as NodeJS.ErrnoException;
    throw targetError(code ?? '', message);
  }
}

function targetError(code: string, message: string): TargetError {
  if (code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE') {
    return new TargetError('closed', 'the connection was closed without an answer');
  }
  if (code.startsWith('HPE_') || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') {
    return new TargetError('protocol', `the answer is not valid HTTP (${code})`);
  }
  if (code.includes('TIMEOUT')) return new TargetError('timeout', 'no connection in time');
  return new TargetError('unreachable', `no connection (${code || message})`);
}

async function readBody(body: Dispatcher.ResponseData['body']): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    if (length < BODY_CAP) chunks.push(chunk);
    length += chunk.length;
  }
  return Buffer.concat(chunks).subarray(0, BODY_CAP);
}

/** undici's raw headers: a flat list of names and values, whatever the types say. */
function pairs(raw: unknown): readonly (readonly [string, string])[] {
  const flat = (raw as readonly (string | Buffer)[]).map((part) =>
    typeof part === 'string' ? part : part.toString('latin1'),
  );
  return flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1] ?? ''] as const] : []));
}

function fitsUndici({ method, path, headers }: RequestSpec): boolean {
  return (
    // A write cannot be sent again where a kept-alive connection turns out to be closed, so it gets a fresh one.
    (method === 'GET' || method === 'HEAD') &&
    /^\/[\u0021-\u00ff]*$/.test(path) &&
    headers.every(
      ([name, value]) =>
        !OWN_FIELDS.has(name.toLowerCase()) &&
        /^[\w!#$%&'*+.^`|~-]+$/.test(name) &&
        /^[\t -~\u0080-\u00ff]*$/.test(value),
    )
  );
}

/** The request as bytes, with `Host` and `Content-Length` where it has none of its own. */
function serialize(spec: RequestSpec, origin: URL): Uint8Array {
  const body = typeof spec.body === 'string' ? Buffer.from(spec.body) : (spec.body ?? new Uint8Array());
  const has = (name: string): boolean => spec.headers.some(([field]) => field.toLowerCase() === name);
  const fields = [
    ...(has('host') ? [] : [['Host', origin.host] as const]),
    ...spec.headers,
    ...(body.length === 0 || has('content-length') || has('transfer-encoding')
      ? []
      : [['Content-Length', String(body.length)] as const]),
  ];
  const head = [
    `${spec.method} ${spec.path} HTTP/1.1`,
    ...fields.map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
}

type SentRequest = Pick<RequestSpec, 'method' | 'path' | 'headers' | 'body'>;

/** What a report shows of raw bytes: every request head in them, as far as it can be read. */
function requestsIn(bytes: Uint8Array): readonly SentRequest[] {
  const text = Buffer.from(bytes).toString('latin1');
  const heads = text.split(/(?<=\r\n\r\n)(?=[A-Za-z]+ \S+ HTTP\/)/);
  return heads.map((head) => {
    const [requestLine = '', ...lines] = head.split('\r\n\r\n', 1)[0]?.split('\r\n') ?? [];
    const [method = '', path = ''] = requestLine.split(' ');
    return {
      method,
      path,
      headers: lines.map((line) => {
        const colon = line.indexOf(':');
        return colon < 0
          ? (['', line] as const)
          : ([line.slice(0, colon), line.slice(colon + 1).trimStart()] as const);
      }),
    };
  });
}

function exchangeOf(
  request: SentRequest,
  answer: Answer,
  secrets: RequestSpec['secrets'],
  durationMs: number,
): Exchange {
  const { redact: clean, echoes } = createRedactor(secrets);
  const cleanPairs = (headers: SentRequest['headers']): SentRequest['headers'] =>
    headers.map(([name, value]) => [clean(name), clean(value)] as const);
  const body = answer.body.toString('utf8');
  const echoed = echoes(`${answer.headers.flat().join('\n')}\n${body}`);
  return {
    request: {
      method: request.method,
      path: clean(request.path),
      headers: cleanPairs(request.headers),
      ...(request.body === undefined ? {} : { body: clean(Buffer.from(request.body).toString('utf8')) }),
    },
    response: { status: answer.status, headers: cleanPairs(answer.headers), body: clean(body) },
    durationMs,
    ...(echoed.length === 0 ? {} : { echoed }),
  };
}
