import { Agent, request } from 'undici';
import { afterAll, beforeAll } from 'vitest';
import { type FaultAction, type IssuerControl, type MockIdp, startMockIdp } from '../index.ts';

interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** An identity provider for the tests of a file, with issuers whose key sets have faults. */
export interface FaultyIssuers {
  readonly idp: MockIdp;
  /** An issuer that no other test has. */
  readonly fresh: () => IssuerControl;
  /** One whose key set has these faults. */
  readonly faulty: (...actions: readonly FaultAction[]) => Promise<IssuerControl>;
  readonly get: (url: string, signal?: AbortSignal) => Promise<Got>;
}

export function useFaultyIssuers(): FaultyIssuers {
  let idp: MockIdp;
  let agent: Agent;
  let made = 0;
  beforeAll(async () => {
    idp = await startMockIdp();
    agent = new Agent();
  });
  afterAll(async () => {
    await agent.destroy();
    await idp.close();
  });

  const fresh = (): IssuerControl => idp.issuer(`fault-${(made += 1)}`);
  return {
    get idp() {
      return idp;
    },
    fresh,
    faulty: async (...actions) => {
      const issuer = fresh();
      await issuer.fault({ endpoint: 'jwks', actions });
      return issuer;
    },
    get: async (url, signal) => {
      const answer = await request(url, { dispatcher: agent, ...(signal && { signal }) });
      return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() };
    },
  };
}
