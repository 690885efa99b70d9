import type {
  Fault,
  ForgedToken,
  ForgeRequest,
  IssuerControl,
  JournalEntry,
  JournalFilter,
  KeyChange,
  KeyInfo,
  MintedToken,
  MintRequest,
  MockIdpControl,
} from './control.ts';
import { MockIdpError, type MockIdpErrorCode } from './errors.ts';
import { assertIssuerName, baseUrlOf, issuerUrlOf } from './issuer-name.ts';
import type { IssuerInfo } from './issuer.ts';

export interface ConnectOptions {
  /** What the server was started with as its control token. */
  readonly controlToken?: string;
  /** Injected for tests. */
  readonly fetch?: typeof globalThis.fetch;
}

/**
 * The control of a mock identity provider that runs elsewhere.
 * @param url of the server
 * @throws MockIdpError `unreachable` where no mock identity provider answers, `control_token_required`
 */
export async function connectMockIdp(url: string, options: ConnectOptions = {}): Promise<MockIdpControl> {
  if (!/^https?:/u.test(url) || !URL.canParse(url)) {
    throw new MockIdpError('invalid_request', `"${url.slice(0, 200)}" is no absolute http or https URL`);
  }
  const base = url.replace(/\/+$/u, '');
  const info = (await createCall(base, options)('GET', '/info')) as IssuerInfo;
  const pinned = info.issuer === info.url ? undefined : info.issuer;
  return {
    url: base,
    issuer: (name = ''): IssuerControl => {
      assertIssuerName(name);
      const baseUrl = baseUrlOf(name, base);
      return new RemoteIssuer(
        issuerUrlOf(name, info.url, pinned),
        baseUrl,
        info.audience,
        createCall(baseUrl, options),
      );
    },
  };
}

/** Kept below the time after which `fetch` gives up on a silent server (undici: 300 s). */
const LONGEST_POLL_MS = 240_000;

class RemoteIssuer implements IssuerControl {
  readonly issuer: string;
  readonly jwksUrl: string;
  readonly audience: string;
  readonly #call: Call;

  constructor(issuer: string, baseUrl: string, audience: string, call: Call) {
    this.issuer = issuer;
    this.jwksUrl = `${baseUrl}/.well-known/jwks.json`;
    this.audience = audience;
    this.#call = call;
  }

  async mint(request: MintRequest = {}): Promise<MintedToken> {
    return (await this.#call('POST', '/mint', request)) as MintedToken;
  }

  async forge(name: string, request: ForgeRequest = {}): Promise<readonly ForgedToken[]> {
    const { tokens } = (await this.#call('POST', '/forge', { ...request, name })) as {
      tokens: readonly ForgedToken[];
    };
    return tokens;
  }

  async keys(): Promise<readonly KeyInfo[]> {
    return ringOf(await this.#call('GET', '/keys'));
  }

  async changeKeys(change: KeyChange): Promise<readonly KeyInfo[]> {
    return ringOf(await this.#call('POST', '/keys', change));
  }

  async fault(fault: Fault): Promise<void> {
    await this.#call('POST', '/faults', fault);
  }

  async clearFaults(): Promise<void> {
    await this.#call('DELETE', '/faults');
  }

  async journal(filter: JournalFilter = {}): Promise<readonly JournalEntry[]> {
    return entriesOf(await this.#call('GET', `/journal${queryOf(filter)}`));
  }

  async waitFor(
    filter: JournalFilter & { readonly count: number; readonly timeoutMs: number },
  ): Promise<readonly JournalEntry[]> {
    const deadline = Date.now() + filter.timeoutMs;
    for (;;) {
      const left = Math.max(0, deadline - Date.now());
      const timeoutMs = left > LONGEST_POLL_MS ? LONGEST_POLL_MS : filter.timeoutMs;
      try {
        return entriesOf(await this.#call('GET', `/journal/wait${queryOf({ ...filter, timeoutMs })}`));
      } catch (error) {
        const timedOut = error instanceof MockIdpError && error.code === 'journal_timeout';
        if (!timedOut || left <= LONGEST_POLL_MS) throw error;
      }
    }
  }

  async reset(): Promise<void> {
    await this.#call('POST', '/reset');
  }
}

type Call = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown) => Promise<unknown>;

function createCall(baseUrl: string, { controlToken, fetch = globalThis.fetch }: ConnectOptions): Call {
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

function queryOf(filter: object): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) query.set(name, String(value));
  return `?${query.toString()}`;
}

function ringOf(answer: unknown): readonly KeyInfo[] {
  return (answer as { readonly keys: readonly KeyInfo[] }).keys;
}

function entriesOf(answer: unknown): readonly JournalEntry[] {
  return (answer as { readonly entries: readonly JournalEntry[] }).entries;
}

/** `fetch` says "fetch failed"; what failed is in its cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const { code, message } = cause as { readonly code?: string; readonly message?: string };
  return code ?? message ?? 'unknown';
}
