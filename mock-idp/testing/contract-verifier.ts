import { verify } from 'node:crypto';
import type { ForgeKit, JsonObject, SigningKey } from '../forgeries/forgery.ts';

/*
 * For tests only: the contract's rules for header and claims, written down a second time from node:crypto and JSON.parse
 * alone, so that a forgery can be shown to break the one it says and to keep all others. It stops at no fault.
 */

/** Every rule of the contract that the token breaks; `expired` stands apart from an `exp` that is wrong in itself. */
export function brokenRules(token: string, kit: ForgeKit): readonly string[] {
  const segments = token.split('.');
  if (segments.length !== 3) return ['segments'];
  const header = parse(segments[0]);
  const claims = parse(segments[1]);
  if (header === undefined) return ['header'];
  return [
    ...headerFaults(header, kit),
    ...(signerOf(token, kit) === trustedSigner(header, kit) ? [] : ['signature']),
    ...(claims === undefined ? ['payload'] : claimFaults(claims, kit)),
  ];
}

/** Whose RS256 signature this is. */
export function signerOf(token: string, kit: ForgeKit): string {
  const end = token.lastIndexOf('.');
  const signature = Buffer.from(token.slice(end + 1), 'base64url');
  const signs = ({ publicKey }: SigningKey): boolean =>
    verify('sha256', Buffer.from(token.slice(0, end)), publicKey, signature);
  const names = ['active', 'published', 'unpublished', 'attacker'] as const;
  return names.find((name) => signs(kit[name])) ?? 'nobody';
}

/** Members of header and claims that differ from the good token, e.g. `header.kid`; also those one of the two lacks. */
export function differences(token: string, kit: ForgeKit): readonly string[] {
  const [header, payload] = token.split('.');
  return [
    ...differing('header', parse(header), kit.header),
    ...differing('claims', parse(payload) ?? parse(payload, 'utf8'), kit.claims),
  ];
}

/** Who ought to have signed: the owner of the kid; where nobody owns it, the fault is the kid's and the active key will do. */
function trustedSigner(header: JsonObject, { published }: ForgeKit): 'active' | 'published' {
  return header['kid'] === published.kid ? 'published' : 'active';
}

function headerFaults(header: JsonObject, { active, published }: ForgeKit): readonly string[] {
  const { alg, kid, typ } = header;
  return [
    ...(alg === 'RS256' ? [] : ['alg']),
    ...(kid === active.kid || kid === published.kid ? [] : ['kid']),
    ...(!('typ' in header) || typ === 'JWT' || typ === 'at+jwt' ? [] : ['typ']),
    ...('crit' in header ? ['crit'] : []),
  ];
}

function claimFaults(claims: JsonObject, kit: ForgeKit): readonly string[] {
  const { iss, aud, sub, exp, nbf, iat } = claims;
  const { now, leeway } = kit;
  const optionalNumber = (name: string, value: unknown): boolean => !(name in claims) || isNumber(value);
  return [
    ...(iss === kit.claims['iss'] ? [] : ['iss']),
    ...(names(aud).includes(kit.claims['aud']) ? [] : ['aud']),
    ...(typeof sub === 'string' && sub !== '' ? [] : ['sub']),
    ...(!isNumber(exp) ? ['exp'] : exp + leeway <= now ? ['expired'] : []),
    ...(!optionalNumber('nbf', nbf) || (isNumber(nbf) && nbf - leeway > now) ? ['nbf'] : []),
    ...(optionalNumber('iat', iat) ? [] : ['iat']),
  ];
}

function names(aud: unknown): readonly unknown[] {
  if (!Array.isArray(aud)) return [aud];
  return aud.every((entry) => typeof entry === 'string') ? aud : [];
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function differing(place: string, found: JsonObject | undefined, good: JsonObject): readonly string[] {
  if (found === undefined) return [`${place} unreadable`];
  const members = new Set([...Object.keys(good), ...Object.keys(found)]);
  const same = (name: string): boolean =>
    Object.hasOwn(found, name) === Object.hasOwn(good, name) &&
    JSON.stringify(found[name]) === JSON.stringify(good[name]);
  return [...members].filter((name) => !same(name)).map((name) => `${place}.${name}`);
}

function parse(segment = '', encoding: 'base64url' | 'utf8' = 'base64url'): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(segment, encoding).toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined;
  } catch {
    return undefined;
  }
}
