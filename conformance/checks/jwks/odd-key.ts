import { generateKeyPair, type KeyObject, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { compact } from '../../../mock-idp/index.ts';
import type { Lab } from '../../model.ts';

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** An entry of a key set, and the token of the owner that names it: good but for what is odd about the key. */
export interface PublishedKey {
  /** What sets it apart from the others of its check; empty where there is one. */
  readonly label: string;
  readonly entry: Readonly<Record<string, unknown>>;
  readonly token: (lab: Lab) => Promise<string>;
}

const generate = promisify(generateKeyPair);

export function rsaPair(modulusLength = 2048, publicExponent = 65_537): Promise<KeyPair> {
  return generate('rsa', { modulusLength, publicExponent });
}

/**
 * The public half as a JWK (RFC 7517 §4) under a kid of its own, with members changed; `undefined` leaves one out. Its
 * token names the kid that is given here, whatever the members say.
 */
export function publishedAs(
  { privateKey, publicKey }: KeyPair,
  members: Readonly<Record<string, unknown>> = {},
  label = '',
  kid: string = newKid(),
): PublishedKey {
  const { n, e } = publicKey.export({ format: 'jwk' });
  return {
    label,
    entry: { kty: 'RSA', use: 'sig', alg: 'RS256', kid, n, e, ...members },
    token: async (lab) => {
      const { header, claims } = await tokenParts(lab, { kid });
      return compact(header, claims, { privateKey });
    },
  };
}

/** Header and claims of a good token of the owner, for a check that signs it itself. */
export async function tokenParts(
  { idp, users: { owner } }: Lab,
  header: Readonly<Record<string, unknown>>,
): Promise<{
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}> {
  return idp.mint({ claims: { ...owner.claims, sub: owner.sub }, header });
}

/** Never used before, so that no cache of an earlier run knows it. */
export function newKid(): string {
  return `gateproof-${randomUUID()}`;
}
