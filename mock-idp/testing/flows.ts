import { afterAll, beforeAll } from 'vitest';
import { type MockIdp, startMockIdp } from '../index.ts';
import { Browser } from './browser.ts';

const CLIENTS = [
  { clientId: 'web', clientSecret: 's3cret', redirectUris: ['https://app.test/cb'] },
  { clientId: 'spa', redirectUris: ['https://app.test/cb', 'com.example.app:/cb?x=1'] },
  { clientId: 'free', postLogoutRedirectUris: ['https://app.test/bye'] },
];

export const VERIFIER: string = 'v'.repeat(43);
export const GOOD = { client_id: 'spa', redirect_uri: 'https://app.test/cb', response_type: 'code' } as const;

interface TokenAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** An identity provider with some clients for the tests of a file, and what an OAuth client asks of it. */
export interface Flows {
  readonly idp: MockIdp;
  /** Milliseconds since the epoch; tests move it. */
  readonly clock: { at: number };
  readonly authorizeUrl: (parameters: Record<string, string>, base?: string) => string;
  /** A code for the user `user-123`. */
  readonly code: (parameters?: Record<string, string>, browser?: Browser) => Promise<string>;
  readonly token: (
    fields: Record<string, string> | string,
    headers?: Record<string, string>,
  ) => Promise<TokenAnswer>;
  /** A code for tokens. */
  readonly exchange: (code: string, more?: Record<string, string>) => Promise<TokenAnswer>;
}

export function useFlows(): Flows {
  const clock = { at: Date.UTC(2030, 0, 1) };
  let idp: MockIdp;
  beforeAll(async () => {
    idp = await startMockIdp({ now: () => clock.at, clients: CLIENTS });
  });
  afterAll(() => idp.close());

  const flows: Flows = {
    clock,
    get idp() {
      return idp;
    },
    authorizeUrl: (parameters, base = idp.url) =>
      `${base}/authorize?${new URLSearchParams(parameters).toString()}`,
    code: async (parameters = {}, browser = new Browser()) => {
      const url = flows.authorizeUrl({ ...GOOD, ...parameters });
      const { location } = await browser.visit(url, { user: 'user-123' });
      return String(location?.searchParams.get('code'));
    },
    token: async (fields, headers = {}) => {
      const body = new URLSearchParams(fields);
      const response = await fetch(`${idp.url}/token`, { method: 'POST', headers, body });
      return {
        status: response.status,
        headers: response.headers,
        body: (await response.json()) as Record<string, unknown>,
      };
    },
    exchange: (value, more = {}) =>
      flows.token({
        grant_type: 'authorization_code',
        code: value,
        client_id: 'spa',
        redirect_uri: GOOD.redirect_uri,
        ...more,
      }),
  };
  return flows;
}
