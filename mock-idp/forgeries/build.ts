import { createHmac } from 'node:crypto';
import { MockIdpError } from '../errors.ts';
import { compact, encodeSegment } from '../jws.ts';
import { publicJwk } from '../signing-key.ts';
import type { ForgedVariant, ForgeKit, Forgery, JsonObject } from './forgery.ts';

/** Changed members by variant; `{ '': … }` where there is one. A member that is `undefined` is left out of the token. */
export type Changes = Readonly<Record<string, JsonObject>>;

/** The keys of the kit that can sign. */
type Signer = 'active' | 'published' | 'unpublished' | 'attacker';

/** A `make` that needs no waiting, so that one can be made of two. */
export type Make = (kit: ForgeKit) => readonly ForgedVariant[];

/** An entry of the catalogue. It serves the requirement of its own name unless it says which. */
export function forgery(
  entry: Omit<Forgery, 'requirement'> & Partial<Pick<Forgery, 'requirement'>>,
): Forgery {
  return { requirement: entry.name, ...entry };
}

/** Good tokens but for some claims. */
export function changeClaims(changes: (kit: ForgeKit) => Changes, signer: Signer = 'active'): Make {
  return (kit) =>
    Object.entries(changes(kit)).map(([variant, members]) => ({
      variant,
      token: compact(kit.header, { ...kit.claims, ...members }, kit[signer]),
    }));
}

/** Good tokens but for some members of the JOSE header. */
export function changeHeader(changes: (kit: ForgeKit) => Changes, signer: Signer = 'active'): Make {
  return (kit) =>
    Object.entries(changes(kit)).map(([variant, members]) => ({
      variant,
      token: compact({ ...kit.header, ...members }, kit.claims, kit[signer]),
    }));
}

/**
 * Good tokens but for the value of one claim. A value that turns out to be the good one, such as a text without
 * letters in other capitals, is no forgery and left out.
 */
export function changeClaim(
  name: 'iss' | 'aud' | 'sub',
  values: (good: string, kit: ForgeKit) => Readonly<Record<string, unknown>>,
): Make {
  return changeClaims((kit) => {
    const good = textClaim(kit, name);
    const variants = Object.entries(values(good, kit)).filter(([, value]) => value !== good);
    return Object.fromEntries(variants.map(([variant, value]) => [variant, { [name]: value }]));
  });
}

/** A compact JWS whose signature is an HMAC with SHA-256 (RFC 7518 §3.2) over the segments, whatever the header says. */
export function compactHs256(header: JsonObject, claims: JsonObject, secret: string | Uint8Array): string {
  const input = `${encodeSegment(header)}.${encodeSegment(claims)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

/** A number as JSON text that JavaScript would not write, e.g. `1e400`, `-0`, `1.0` (RFC 8259 §6). */
export function rawNumber(text: string): unknown {
  // In every supported Node, but in no library of TypeScript 6.
  return (JSON as unknown as { rawJSON: (text: string) => unknown }).rawJSON(text);
}

/**
 * A claim of the good token as text; of a list, its first entry.
 *
 * @throws MockIdpError `invalid_request` where the overrides of the request took it away
 */
export function textClaim(kit: ForgeKit, name: 'iss' | 'aud' | 'sub'): string {
  const claim = kit.claims[name];
  const value: unknown = Array.isArray(claim) ? claim[0] : claim;
  if (typeof value === 'string' && value !== '') return value;
  throw new MockIdpError(
    'invalid_request',
    `This forgery changes the text of a good "${name}", and the claims given have none; leave "${name}" out of them.`,
  );
}

/** The key set of the attacker as a URL that needs no server (RFC 2397). */
export function attackerDataUrl(kit: ForgeKit): string {
  const text = JSON.stringify({ keys: [publicJwk(kit.attacker)] });
  return `data:application/json;base64,${Buffer.from(text).toString('base64')}`;
}

/** Capitals for small letters and the other way round. */
export function swapCase(text: string): string {
  return text.replace(/\p{L}/gu, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
}
