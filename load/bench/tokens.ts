import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { MockIdp } from '../../mock-idp/index.ts';

/** What a contestant is given to verify with, and tokens to try it on: all of one issuer and one RSA key of 2048 bits. */
export interface TokenSet {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl: string;
  readonly jwks: KeySetDocument;
  readonly publicKey: KeyObject;
  /** Distinct tokens of as many users. */
  readonly good: readonly string[];
  /** Tokens with exactly one defect, by the name of the forgery. */
  readonly bad: ReadonlyMap<string, string>;
}

export interface KeySetDocument {
  readonly keys: readonly (JsonWebKey & { readonly kid: string })[];
}

/** Forgeries that every contestant must refuse: each stands for one check that all are configured to make. */
const BAD: readonly string[] = [
  'alg-none',
  'alg-hs256-spki-pem',
  'iss-wrong',
  'aud-wrong',
  'exp-past',
  'jws-sig-bitflip-last',
];

/** Tokens of the default issuer of a mock identity provider, valid for an hour. */
export async function createTokenSet(idp: MockIdp, count: number): Promise<TokenSet> {
  const control = idp.issuer();
  const { issuer, audience, jwksUrl } = control;
  const batch = { count, claims: { exp: '+1h' }, each: { sub: 'user-{n}', jti: '{uuid}' } };
  const good: string[] = [];
  for await (const { token } of control.mintMany(batch)) good.push(token);
  const bad = new Map<string, string>();
  for (const name of BAD) {
    const [forged] = await control.forge(name);
    if (forged === undefined) throw new Error(`The mock identity provider knows no forgery ${name}.`);
    bad.set(name, forged.token);
  }
  const jwks = (await (await fetch(jwksUrl)).json()) as KeySetDocument;
  const [jwk] = jwks.keys;
  if (jwk === undefined) throw new Error('The mock identity provider publishes no key.');
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
  return { issuer, audience, jwksUrl, jwks, publicKey, good, bad };
}

/** A header line never comes as the same string twice, so a measured token must not either: its hash would be known. */
export function freshCopies(tokens: readonly string[]): () => string {
  const lines = tokens.map((token) => Buffer.from(token, 'latin1'));
  let next = 0;
  return () => {
    const line = lines[next] as Buffer;
    next = next + 1 === lines.length ? 0 : next + 1;
    return line.toString('latin1');
  };
}
