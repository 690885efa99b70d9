import { compact, encodeSegment } from '../jws.ts';
import { forgery } from './build.ts';
import type { ForgeKit, ForgedVariant, Forgery } from './forgery.ts';
import { goodParts, jsonText } from './parts.ts';

/** What the decoded segments say: JSON, one object, nothing after it (RFC 7515 §5.2, RFC 7519 §7.2). All but one are well signed. */
export const jsonForgeries: readonly Forgery[] = [
  forgery({
    name: 'jws-header-not-json',
    verdict: 'refuse',
    defect: 'the header is no JSON',
    references: ['RFC 7515 §5.2'],
    make: headers(() => ({ 'plain text': 'abc', 'cut off': '{"alg":"RS256"' })),
  }),
  forgery({
    name: 'jws-header-not-object',
    verdict: 'refuse',
    defect: 'the header is JSON but no object',
    references: ['RFC 7515 §4', 'RFC 7515 §5.2'],
    make: headers(() => ({ array: '[]', string: '"x"', number: '1', null: 'null', boolean: 'true' })),
  }),
  forgery({
    name: 'jws-header-trailing-junk',
    verdict: 'refuse',
    defect: 'the header has characters after its object',
    references: ['RFC 7515 §10.12'],
    make: headers(({ header }) => ({ '': `${JSON.stringify(header)}ABCD` })),
  }),
  forgery({
    name: 'jws-payload-nonjson-literals',
    verdict: 'refuse',
    defect: 'the payload uses notation that lenient parsers take for JSON',
    references: ['RFC 7515 §10.12', 'RFC 7519 §7.2'],
    make: payloads(({ claims }) => ({
      NaN: jsonText(claims, '"x":NaN'),
      Infinity: jsonText(claims, '"x":Infinity'),
      'negative Infinity': jsonText(claims, '"x":-Infinity'),
      comment: jsonText(claims, '"x":1/* one */'),
      'single quotes': jsonText(claims, `'x':1`),
      'bare name': jsonText(claims, 'x:1'),
      'trailing comma': `${jsonText(claims).slice(0, -1)},}`,
    })),
  }),
  forgery({
    name: 'jws-payload-not-object',
    verdict: 'refuse',
    defect: 'the payload is JSON but no object',
    references: ['RFC 7519 §7.2'],
    make: payloads(({ claims }) => ({
      'empty array': '[]',
      'array of the claims': JSON.stringify([claims]),
      'array of pairs': JSON.stringify(Object.entries(claims)),
      string: '"x"',
      number: '1',
      null: 'null',
      boolean: 'true',
    })),
  }),
  forgery({
    name: 'jws-payload-trailing-junk',
    verdict: 'refuse',
    defect: 'the payload has characters after its object',
    references: ['RFC 7515 §10.12', 'RFC 7519 §7.2'],
    make: payloads(({ claims, otherSub }) => ({
      'one letter': `${JSON.stringify(claims)}x`,
      'a second object': JSON.stringify(claims) + JSON.stringify({ ...claims, sub: otherSub }),
    })),
  }),
  forgery({
    name: 'jws-payload-empty-object',
    verdict: 'refuse',
    defect: 'the payload is an empty object: every required claim is missing',
    references: ['RFC 7519 §7.2', 'RFC 7519 §4'],
    make: payloads(() => ({ '': '{}' })),
  }),
  forgery({
    name: 'jws-deep-nest-header',
    verdict: 'refuse',
    defect:
      'an unknown header member holds thousands of nested arrays, and the signature is that of another token',
    references: ['RFC 8259 §9', 'CVE-2026-102265', 'CVE-2026-101918'],
    // Unknown members are to be ignored, so it takes the bad signature to make refusal the only right answer.
    make: (kit) => {
      const { payload, signature } = goodParts(kit);
      return nested((member) => {
        const header = encodeSegment(jsonText(kit.header, member));
        return `${header}.${payload}.${signature}`;
      });
    },
  }),
  forgery({
    name: 'jws-deep-nest-payload',
    verdict: 'either',
    defect: 'an unknown claim holds thousands of nested arrays',
    references: ['RFC 8259 §9', 'CVE-2026-102265', 'CVE-2026-101918'],
    make: ({ header, claims, active }) =>
      nested((member) => compact(header, jsonText(claims, member), active)),
  }),
];

function headers(texts: (kit: ForgeKit) => Readonly<Record<string, string>>): Forgery['make'] {
  return (kit) =>
    Object.entries(texts(kit)).map(([variant, text]) => ({
      variant,
      token: compact(text, kit.claims, kit.active),
    }));
}

function payloads(texts: (kit: ForgeKit) => Readonly<Record<string, string>>): Forgery['make'] {
  return (kit) =>
    Object.entries(texts(kit)).map(([variant, text]) => ({
      variant,
      token: compact(kit.header, text, kit.active),
    }));
}

/**
 * Twice the depth at which Python gives up, which leaves a token below 8 KB; and the deepest that a Node server, whose
 * request head ends at 16 KB, still reads.
 */
const DEPTHS = [2_000, 5_000];

function nested(token: (member: string) => string): readonly ForgedVariant[] {
  return DEPTHS.map((depth) => ({
    variant: `${depth} deep`,
    token: token(`"x":${'['.repeat(depth)}${']'.repeat(depth)}`),
  }));
}
