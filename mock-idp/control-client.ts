import { MockIdpError, type MockIdpErrorCode } from './errors.ts';

export interface ConnectOptions {
  /** What the server was started with as its control token. */
  readonly controlToken?: string;
  /** Injected for tests. */
  readonly fetch?: typeof globalThis.fetch;
}

/** The control plane of one issuer, as its clients use it. */
export interface ControlClient {
  /** The JSON that is answered; `undefined` where nothing is. */
  send(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
  /** The JSON of each line of an answer, as the lines come. */
  lines(path: string, body: unknown): AsyncGenerator<unknown, void, undefined>;
}

/** @param baseUrl of the issuer, without a trailing slash */
export function createControlClient(baseUrl: string, options: ConnectOptions): ControlClient {
  const { controlToken, fetch = globalThis.fetch } = options;
  const credentials = controlToken === undefined ? {} : { 'x-mock-control-token': controlToken };

  const exchange = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const content = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(`${baseUrl}/_mock${path}`, {
      method,
      headers: { ...credentials, ...content },
      redirect: 'error',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw unreachable(`No mock identity provider answers at ${baseUrl}: ${reasonOf(cause)}`, cause);
    });
    if (!response.headers.has('x-gateproof-mock')) {
      await response.body?.cancel();
      throw unreachable(`What answers at ${baseUrl} is no gateproof mock identity provider`);
    }
    if (response.ok) return response;
    const { code, detail } = (await response.json()) as { readonly code: MockIdpErrorCode; detail: string };
    throw new MockIdpError(code, detail);
  };

  return {
    send: async (method, path, body) => {
      const response = await exchange(method, path, body);
      return response.status === 204 ? undefined : response.json();
    },
    async *lines(path, body) {
      const { body: stream } = await exchange('POST', path, body);
      if (stream === null) return;
      let rest = '';
      try {
        for await (const text of stream.pipeThrough(new TextDecoderStream())) {
          const lines = (rest + text).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) yield JSON.parse(line);
        }
      } catch (cause) {
        throw unreachable(`The answer from ${baseUrl} broke off: ${reasonOf(cause)}`, cause);
      }
    },
  };
}

function unreachable(message: string, cause?: unknown): MockIdpError {
  return new MockIdpError('unreachable', message, { cause });
}

/** `fetch` says "fetch failed"; what failed is in its cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const { code, message } = cause as { readonly code?: string; readonly message?: string };
  return code ?? message ?? 'unknown';
}
