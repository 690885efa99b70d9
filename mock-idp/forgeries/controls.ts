import { compact } from '../jws.ts';
import { changeClaims, forgery } from './build.ts';
import type { ForgeKit, Forgery, JsonObject } from './forgery.ts';
import { goodToken, jsonText, variants } from './parts.ts';

/** Good tokens in forms that careless verifiers refuse: a suite of refusals alone is satisfied by a closed door. */
export const controlForgeries: readonly Forgery[] = [
  forgery({
    name: 'jws-control',
    verdict: 'accept',
    defect: 'none: the token all others are compared with',
    references: ['RFC 7515 §5.2', 'RFC 7519 §7.2'],
    make: (kit) => variants({ '': goodToken(kit) }),
  }),
  forgery({
    name: 'jws-json-whitespace',
    verdict: 'accept',
    defect: 'header and payload hold blanks, tabs and line breaks between their members',
    references: ['RFC 7515 §5.2', 'RFC 8259 §2'],
    make: ({ header, claims, active }) => variants({ '': compact(spread(header), spread(claims), active) }),
  }),
  forgery({
    name: 'jws-member-order',
    verdict: 'accept',
    defect: 'the members of header and payload stand in reverse order',
    references: ['RFC 8259 §4'],
    make: ({ header, claims, active }) =>
      variants({ '': compact(reversed(header), reversed(claims), active) }),
  }),
  forgery({
    name: 'jws-escaped-names',
    verdict: 'either',
    defect: 'alg and its value are written with JSON escapes',
    references: ['RFC 7515 §10.13', 'RFC 8259 §7'],
    make: ({ header, claims, active }) => {
      const escaped = jsonText(String.raw`"\u0061lg":"RS\u0032\u0035\u0036"`, without(header, 'alg'));
      return variants({ '': compact(escaped, claims, active) });
    },
  }),
  forgery({
    name: 'jws-utf8-claims',
    verdict: 'accept',
    defect: 'name holds characters of several scripts, within and beyond the basic plane',
    references: ['RFC 7515 §2', 'RFC 7519 §7.2'],
    make: changeClaims(() => ({
      ideographs: { name: '李小龍' },
      'beyond the basic plane': { name: '𝒜da 👩\u200d🚀' },
      'combining marks': { name: 'Zoe\u0308 A\u030angstro\u0308m' },
      'right to left': { name: 'عائشة' },
    })),
  }),
  forgery({
    name: 'jws-proto-claims',
    verdict: 'accept',
    defect: 'has members named after the internals of JavaScript objects',
    references: ['RFC 7515 §4', 'RFC 7519 §4'],
    make: (kit) =>
      variants({
        payload: compact(kit.header, { ...kit.claims, ...internals(kit) }, kit.active),
        header: compact({ ...kit.header, ...internals(kit) }, kit.claims, kit.active),
      }),
  }),
];

/** Whoever merges this into another object lends every later user a role and another identity. */
function internals({ otherSub }: ForgeKit): JsonObject {
  const stolen = { sub: otherSub, role: 'admin', isAdmin: true };
  // A computed name makes a member; written plainly it would set the prototype, and JSON would not show it.
  return { ['__proto__']: stolen, constructor: { prototype: stolen }, toString: 'x', hasOwnProperty: 'x' };
}

function spread(value: JsonObject): string {
  return ` \r\n\t${JSON.stringify(value, null, '\t').replaceAll('\n', '\r\n ')}\n `;
}

function reversed(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).reverse());
}

function without(value: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
}
