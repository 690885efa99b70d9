import { TargetError } from '../../http/index.ts';
import { createRedactor } from '../../http/redact.ts';
import { createLab } from '../../lab.ts';
import type { Exchange, Lab, OwnBench, RequestSpec, Settings, Target } from '../../model.ts';
import { sampleOperations } from '../../samples.ts';
import { DEFAULT_SETTINGS, DEFAULT_USERS } from '../../settings.ts';
import type { Contract } from '../../../spec/index.ts';
import { type Answer, type Api, createGoodApi, ORIGIN, type Received } from './fake-api.ts';
import { createFakeIdp, type FakeIdp } from './fake-idp.ts';

/** A backend made worse: gets the good one and gives another. */
export type Breakage = (good: Api, idp: FakeIdp) => Api;

export interface FakeLabOptions {
  readonly breakage?: Breakage;
  readonly settings?: Partial<Settings>;
  readonly database?: Lab['database'];
  /** What an own bench does instead of listening and being silent. */
  readonly exitCode?: number;
  readonly output?: () => string;
}

/** A lab whose backend is a function, so that a check is proved in microseconds. */
export function createFakeLab(contract: Contract, options: FakeLabOptions = {}): Lab {
  const { breakage = (good: Api): Api => good } = options;
  const openBench = (): OwnBench => {
    const idp = createFakeIdp();
    const target = createFakeTarget(breakage(createGoodApi(idp), idp));
    return {
      ...{ target, idp, cacheTtl: 3600, cooldown: 30 },
      exitCode: () => options.exitCode,
      output: options.output ?? ((): string => ''),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  };
  return createLab({
    bench: openBench(),
    attacker: createFakeIdp(),
    database: options.database,
    contract,
    settings: { ...DEFAULT_SETTINGS, corsOrigin: ORIGIN, ...options.settings },
    users: DEFAULT_USERS,
    operations: sampleOperations(contract),
    startBench: async (bench) => {
      const own = openBench();
      await bench?.prepare?.(own.idp);
      return own;
    },
  });
}

function createFakeTarget(api: Api): Target {
  return {
    url: 'http://api.test',
    send: (request) => {
      if (request.method === 'CONNECT')
        return Promise.reject(new TargetError('closed', 'closed without an answer'));
      const answer = api({ ...request, body: Buffer.from(request.body ?? '').toString() });
      return Promise.resolve(exchangeOf(request, answer));
    },
    sendRaw: (bytes, { answers: wanted = 1, secrets }) => {
      const exchanges: Exchange[] = [];
      for (const received of receivedIn(Buffer.from(bytes).toString('latin1'))) {
        const answer = api(received);
        if (received.method === 'HEAD' && wanted > 1 && answer.headers?.['X-Body-After-Head'] !== undefined) {
          return Promise.reject(new TargetError('protocol', 'bytes after the head'));
        }
        exchanges.push(exchangeOf({ ...received, secrets }, answer));
        if (answer.closes === true || exchanges.length === wanted) break;
      }
      return Promise.resolve(exchanges);
    },
  };
}

/** The requests of a pipeline; a body ends where its length says, or at once where it is chunked and empty. */
function receivedIn(text: string): readonly Received[] {
  const requests: Received[] = [];
  for (let rest = text; rest !== '';) {
    const [head = ''] = rest.split('\r\n\r\n', 1);
    const [line = '', ...fields] = head.split('\r\n');
    const [method = '', path = ''] = line.split(' ');
    const headers = fields.map((field) => {
      const [name = '', ...value] = field.split(':');
      return [name, value.join(':').trim()] as const;
    });
    const find = (name: string): string | undefined =>
      headers.find(([field]) => field.toLowerCase() === name)?.[1];
    const start = head.length + 4;
    const length =
      find('transfer-encoding') === undefined ? Number(find('content-length') ?? 0) : '0\r\n\r\n'.length;
    requests.push({ method, path, headers, body: rest.slice(start, start + length) });
    rest = rest.slice(start + length);
  }
  return requests;
}

function exchangeOf(request: RequestSpec, { status, headers = {}, body, durationMs = 1 }: Answer): Exchange {
  const text =
    body === undefined || request.method === 'HEAD'
      ? ''
      : typeof body === 'string'
        ? body
        : JSON.stringify(body);
  const fields = Object.entries(headers);
  const { redact: clean, echoes } = createRedactor(request.secrets);
  const echoed = echoes(`${fields.flat().join('\n')}\n${text}`);
  return {
    request: { method: request.method, path: clean(request.path), headers: request.headers },
    response: {
      status,
      headers: fields.map(([name, value]) => [name, clean(value)] as const),
      body: clean(text),
    },
    durationMs,
    ...(echoed.length > 0 && { echoed }),
  };
}
