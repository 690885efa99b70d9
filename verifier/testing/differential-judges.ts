import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { createLocalJWKSet, jwtVerify } from 'jose';
import type { JSONWebKeySet } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import type { Verifier } from '../contract.ts';
import { judge } from './verifier.ts';

/** What a token meets: an issuer, an audience and a time, in seconds since the epoch. */
export interface Policy {
  readonly issuer: string;
  readonly audience: string;
  readonly now: number;
  readonly leeway: number;
  readonly keys: readonly Readonly<Record<string, unknown>>[];
}

/** `accepted`, or why not in the words of whoever judged. */
export interface Verdicts {
  readonly gateproof: string;
  readonly jose: string;
  readonly jsonwebtoken: string;
}

export type Library = Exclude<keyof Verdicts, 'gateproof'>;

/** Three verifiers with one policy, each set up as strictly as its options allow. */
export function createJudges(verifier: Verifier, policy: Policy): (token: string) => Promise<Verdicts> {
  const { issuer, audience, now, leeway, keys } = policy;
  const keySet = createLocalJWKSet({ keys } as unknown as JSONWebKeySet);
  const byKid = new Map<unknown, KeyObject>(
    keys.map((jwk) => [jwk['kid'], createPublicKey({ key: jwk, format: 'jwk' })]),
  );

  const byJose = async (token: string): Promise<void> => {
    await jwtVerify(token, keySet, {
      issuer,
      audience,
      algorithms: ['RS256'],
      clockTolerance: leeway,
      currentDate: new Date(now * 1000),
      requiredClaims: ['exp', 'sub'],
    });
  };
  const byJsonwebtoken = (token: string): void => {
    const kid = jsonwebtoken.decode(token, { complete: true })?.header.kid;
    const key = byKid.get(kid);
    if (key === undefined) throw new Error('no such key');
    jsonwebtoken.verify(token, key, {
      issuer,
      audience,
      algorithms: ['RS256'],
      clockTolerance: leeway,
      clockTimestamp: now,
    });
  };
  return async (token) => ({
    gateproof: await judge(verifier, token),
    jose: await wordOf(() => byJose(token)),
    jsonwebtoken: await wordOf(() => {
      byJsonwebtoken(token);
    }),
  });
}

async function wordOf(attempt: () => unknown): Promise<string> {
  try {
    await attempt();
    return 'accepted';
  } catch (error) {
    return `refused: ${error instanceof Error ? error.message : String(error)}`;
  }
}
