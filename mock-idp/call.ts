import { MockIdpError, type MockIdpErrorCode } from './errors.ts';

export interface ConnectOptions {
  /** What the server was started with as its control token. */
  readonly controlToken?: string;
  /** Injected for tests. */
  readonly fetch?: typeof globalThis.fetch;
}

/** One request to the control plane of an issuer. */
export type Call = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown) => Promise<unknown>;

/** @param baseUrl of the issuer, without a trailing slash */
export function createCall(
  baseUrl: string,
  { controlToken, fetch = globalThis.fetch }: ConnectOptions,
): Call {
  const credentials = controlToken === undefined ? {} : { 'x-mock-control-token': controlToken };
  return async (method, path, body) => {
    const content = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(`${baseUrl}/_mock${path}`, {
      method,
      headers: { ...credentials, ...content },
      redirect: 'error',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw new MockIdpError(
        'unreachable',
        `No mock identity provider answers at ${baseUrl}: ${reasonOf(cause)}`,
        {
          cause,
        },
      );
    });
    if (!response.headers.has('x-gateproof-mock')) {
      await response.body?.cancel();
      throw new MockIdpError(
        'unreachable',
        `What answers at ${baseUrl} is no gateproof mock identity provider`,
      );
    }
    if (response.status === 204) return undefined;
    const answer: unknown = await response.json();
    if (response.ok) return answer;
    const { code, detail } = answer as { readonly code: MockIdpErrorCode; readonly detail: string };
    throw new MockIdpError(code, detail);
  };
}

/** `fetch` says "fetch failed"; what failed is in its cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const { code, message } = cause as { readonly code?: string; readonly message?: string };
  return code ?? message ?? 'unknown';
}
