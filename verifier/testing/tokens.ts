import { generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** A key that signs test tokens. Made from node:crypto alone: what signs shares no code with what checks. */
export interface TestKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** As an issuer would publish it. */
  readonly jwk: Readonly<Record<string, unknown>>;
}

export const ISSUER = 'https://idp.example';
export const AUDIENCE = 'https://api.example';

export function createKey(kid: string, modulusLength = 2048, publicExponent = 65_537): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength, publicExponent });
  const { n, e } = publicKey.export({ format: 'jwk' });
  return { kid, privateKey, publicKey, jwk: { kty: 'RSA', use: 'sig', alg: 'RS256', kid, n, e } };
}

export interface TestToken {
  /** Merged over a good header; `undefined` removes a member. A string or bytes stand for the whole. */
  readonly header?: object | string | Uint8Array;
  /** Merged over good claims; `undefined` removes a member. A string or bytes stand for the whole. */
  readonly claims?: object | string | Uint8Array;
  /** Milliseconds since the epoch; times in the claims are relative to it. */
  readonly now?: number;
}

/** A token signed by `key`, good but for what is given. */
export function signToken(
  key: TestKey,
  { header = {}, claims = {}, now = Date.now() }: TestToken = {},
): string {
  const issuedAt = Math.floor(now / 1000);
  const input = [
    segment({ alg: 'RS256', typ: 'JWT', kid: key.kid }, header),
    segment({ iss: ISSUER, aud: AUDIENCE, sub: 'user-1', iat: issuedAt, exp: issuedAt + 300 }, claims),
  ].join('.');
  return `${input}.${sign('sha256', Buffer.from(input), key.privateKey).toString('base64url')}`;
}

function segment(good: object, given: object | string | Uint8Array): string {
  if (given instanceof Uint8Array) return Buffer.from(given).toString('base64url');
  return Buffer.from(typeof given === 'string' ? given : JSON.stringify({ ...good, ...given })).toString(
    'base64url',
  );
}
