import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { startMockIdp } from '../../mock-idp/index.ts';
import type { FaultAction, IssuerControl, MintRequest, MockIdp } from '../../mock-idp/index.ts';
import type { Verifier, VerifierEvent, VerifierOptions } from '../contract.ts';
import { createVerifier } from '../verify.ts';

export const START: number = Date.now();

/** A real issuer for each test of a file, and verifiers of it that end with the test. */
export interface LiveIssuer {
  readonly idp: MockIdp;
  readonly issuer: IssuerControl;
  /** Milliseconds since the epoch, by the clock in hand. */
  clock: number;
  readonly events: readonly VerifierEvent[];
  /** A verifier whose clock is `clock`; with `real`, the one of the machine. */
  readonly create: (options?: Partial<VerifierOptions>, real?: boolean) => Verifier;
  readonly createWarm: (options?: Partial<VerifierOptions>, real?: boolean) => Promise<Verifier>;
  /** A token that is good at every time of a test, however far its clock goes. */
  readonly mint: (request?: MintRequest) => Promise<string>;
  /** How often the key set was asked for. */
  readonly fetches: () => Promise<number>;
  readonly fail: (...actions: readonly FaultAction[]) => Promise<void>;
  /** Why fetches of the key set failed. */
  readonly failures: () => readonly string[];
}

/** For a whole file, in which no promise may be rejected without anyone to hear of it. */
export function useLiveIssuer(): LiveIssuer {
  let idp: MockIdp;
  let count = 0;
  let issuer: IssuerControl;
  let events: VerifierEvent[];
  const rejections: unknown[] = [];
  const opened: Verifier[] = [];
  const onRejection = (reason: unknown): void => void rejections.push(reason);

  beforeAll(async () => {
    process.on('unhandledRejection', onRejection);
    idp = await startMockIdp();
  });
  afterAll(async () => {
    await idp[Symbol.asyncDispose]();
    process.off('unhandledRejection', onRejection);
    expect(rejections).toEqual([]);
  });
  beforeEach(() => {
    issuer = idp.issuer(`issuer-${(count += 1)}`);
    live.clock = START;
    events = [];
  });
  afterEach(async () => {
    for (const verifier of opened.splice(0)) await verifier[Symbol.asyncDispose]();
  });

  const create: LiveIssuer['create'] = (options = {}, real = false) => {
    const verifier = createVerifier({
      issuer: issuer.issuer,
      audience: issuer.audience,
      jwksUrl: issuer.jwksUrl,
      algorithms: ['RS256'],
      onEvent: (event) => events.push(event),
      ...(real ? {} : { now: () => live.clock }),
      ...options,
    });
    opened.push(verifier);
    return verifier;
  };
  const live: LiveIssuer = {
    get idp() {
      return idp;
    },
    get issuer() {
      return issuer;
    },
    get events() {
      return events;
    },
    clock: START,
    create,
    createWarm: async (options, real) => {
      const verifier = create(options, real);
      await verifier.warm();
      return verifier;
    },
    mint: async (request = {}) =>
      (await issuer.mint({ ...request, claims: { iat: null, exp: '+30d' } })).token,
    fetches: async () => (await issuer.journal({ endpoint: 'jwks' })).length,
    fail: (...actions) => issuer.fault({ endpoint: 'jwks', actions }),
    failures: () => events.flatMap((event) => (event.type === 'jwks-failed' ? [event.reason] : [])),
  };
  return live;
}
