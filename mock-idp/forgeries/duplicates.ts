import { compact, encodeSegment } from '../jws.ts';
import { forgery } from './build.ts';
import type { Forgery } from './forgery.ts';
import { jsonText, variants } from './parts.ts';

/** Names that occur twice in one object: to be refused, or else the last one counts (RFC 7515 §4, RFC 7519 §4). */
export const duplicateForgeries: readonly Forgery[] = [
  forgery({
    name: 'jws-header-dup-alg-last-none',
    verdict: 'refuse',
    defect: 'alg is RS256 and then none',
    references: ['RFC 7515 §4', 'RFC 7515 §10.12'],
    make: ({ header, claims, active }) => {
      const twice = jsonText('"alg":"RS256"', { ...header, alg: 'none' });
      return variants({ signed: compact(twice, claims, active), unsigned: unsigned(twice, claims) });
    },
  }),
  forgery({
    name: 'jws-header-dup-alg-first-none',
    verdict: 'either',
    defect: 'alg is none and then RS256; well signed',
    references: ['RFC 7515 §4'],
    make: ({ header, claims, active }) =>
      variants({ '': compact(jsonText('"alg":"none"', header), claims, active) }),
  }),
  forgery({
    name: 'jws-header-dup-alg-first-none-unsigned',
    requirement: 'jws-header-dup-alg-first-none',
    verdict: 'refuse',
    defect: 'alg is none and then RS256; the signature is empty',
    references: ['RFC 7515 §4'],
    make: ({ header, claims }) => variants({ '': unsigned(jsonText('"alg":"none"', header), claims) }),
  }),
  forgery({
    name: 'jws-header-dup-kid',
    verdict: 'either',
    defect: 'kid names another published key and then the one that signed',
    references: ['RFC 7515 §4'],
    make: ({ header, claims, active, published }) => {
      const twice = jsonText({ kid: published.kid }, { ...header, kid: active.kid });
      return variants({ '': compact(twice, claims, active) });
    },
  }),
  forgery({
    name: 'jws-dup-claim-sub',
    verdict: 'either',
    // The caller's own sub comes last, so that whoever lets the first one win shows another user's identity.
    defect: 'sub is another user and then the caller',
    references: ['RFC 7519 §4'],
    make: ({ header, claims, otherSub, active }) =>
      variants({ '': compact(header, jsonText(`"sub":${JSON.stringify(otherSub)}`, claims), active) }),
  }),
  forgery({
    name: 'jws-dup-claim-exp',
    verdict: 'expire',
    defect: 'exp is in the future and then in the past',
    references: ['RFC 7519 §4', 'RFC 7519 §4.1.4'],
    make: ({ header, claims, now, active }) =>
      variants({
        '': compact(
          header,
          jsonText({ exp: now + 300 }, { ...claims, iat: now - 3_900, exp: now - 3_600 }),
          active,
        ),
      }),
  }),
  forgery({
    name: 'jws-dup-claim-exp-past-first',
    requirement: 'jws-dup-claim-exp',
    verdict: 'either',
    defect: 'exp is in the past and then in the future',
    references: ['RFC 7519 §4', 'RFC 7519 §4.1.4'],
    make: ({ header, claims, now, active }) =>
      variants({
        '': compact(header, jsonText({ exp: now - 3_600 }, { ...claims, exp: now + 300 }), active),
      }),
  }),
];

function unsigned(header: string, claims: Parameters<typeof encodeSegment>[0]): string {
  return `${encodeSegment(header)}.${encodeSegment(claims)}.`;
}
