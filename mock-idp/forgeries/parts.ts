import { encodeSegment, signInput } from '../jws.ts';
import { MockIdpError } from '../errors.ts';
import type { ForgedVariant, ForgeKit, JsonObject, SigningKey } from './forgery.ts';

/** The three segments of a compact JWS (RFC 7515 §7.1). */
export interface Parts {
  readonly header: string;
  readonly payload: string;
  readonly signature: string;
}

/** The good token every forgery starts from, taken apart. */
export function goodParts({ header, claims, active }: ForgeKit): Parts {
  return sealedParts(encodeSegment(header), encodeSegment(claims), active);
}

/** The good token every forgery starts from. */
export function goodToken(kit: ForgeKit): string {
  return join(goodParts(kit));
}

/** Segments as they stand, well encoded or not, with a good RS256 signature over exactly these characters. */
export function seal(header: string, payload: string, key: Pick<SigningKey, 'privateKey'>): string {
  return join(sealedParts(header, payload, key));
}

export function join({ header, payload, signature }: Parts): string {
  return `${header}.${payload}.${signature}`;
}

/** Tokens by variant; `{ '': token }` where there is one. */
export function variants(tokens: Readonly<Record<string, string>>): readonly ForgedVariant[] {
  return Object.entries(tokens).map(([variant, token]) => ({ variant, token }));
}

/** The text of one JSON object, out of objects and of members written by hand: repeated, escaped or malformed ones. */
export function jsonText(...members: readonly (JsonObject | string)[]): string {
  const texts = members.map((part) => (typeof part === 'string' ? part : JSON.stringify(part).slice(1, -1)));
  return `{${texts.filter((text) => text !== '').join(',')}}`;
}

/** Tries to find a token whose signature fits; the worst RSA key fits once in a hundred. */
const TRIES = 200;

/**
 * A good token, told apart by its `jti`, whose signature bytes happen to fit.
 *
 * @throws MockIdpError `internal` where none of 200 does
 */
export function goodPartsWhere(kit: ForgeKit, what: string, fits: (signature: Buffer) => boolean): Parts {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const parts = goodParts({ ...kit, claims: { ...kit.claims, jti: `attempt-${attempt}` } });
    if (fits(Buffer.from(parts.signature, 'base64url'))) return parts;
  }
  throw new MockIdpError(
    'internal',
    `None of ${TRIES} signatures of this key ${what}; rotate the key and ask again`,
  );
}

/** Length of the modulus in bytes: `k` of RFC 8017. */
export function modulusLength({ publicKey }: Pick<SigningKey, 'publicKey'>): number {
  return Math.ceil((publicKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8);
}

function sealedParts(header: string, payload: string, key: Pick<SigningKey, 'privateKey'>): Parts {
  return { header, payload, signature: signInput(`${header}.${payload}`, key) };
}
