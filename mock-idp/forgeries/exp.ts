import { changeClaims, forgery, rawNumber } from './build.ts';
import type { Forgery, JsonObject } from './forgery.ts';

/** A token that was issued five minutes before: one that has expired has no other fault, such as an `iat` after its `exp`. */
function expiring(exp: number): JsonObject {
  return { exp, iat: Math.floor(exp) - 300 };
}

/** Expiry (RFC 7519 §4.1.4): present, a number, and in the future but for the leeway. */
export const expForgeries: readonly Forgery[] = [
  forgery({
    name: 'exp-missing',
    verdict: 'refuse',
    defect: 'no exp',
    references: ['RFC 9068 §2.2'],
    make: changeClaims(() => ({ '': { exp: undefined } })),
  }),
  forgery({
    name: 'exp-past',
    verdict: 'expire',
    defect: 'expired an hour ago',
    references: ['RFC 7519 §4.1.4'],
    make: changeClaims((kit) => ({ '': expiring(kit.now - 3_600) })),
  }),
  forgery({
    name: 'exp-just-past',
    verdict: 'expire',
    defect: 'expired two seconds longer ago than the leeway bears',
    references: ['RFC 7519 §4.1.4'],
    make: changeClaims((kit) => ({ '': expiring(kit.now - kit.leeway - 2) })),
  }),
  forgery({
    name: 'exp-within-leeway',
    verdict: 'accept',
    defect: 'none: expired, but three seconds less long ago than the leeway bears',
    references: ['RFC 7519 §4.1.4'],
    // Three seconds to get there; a leeway below four has no room for a token that is expired and arrives in time.
    make: changeClaims((kit) => (kit.leeway < 4 ? {} : { '': expiring(kit.now - kit.leeway + 3) })),
  }),
  forgery({
    name: 'exp-equal-now',
    verdict: 'expire',
    defect: 'expires this very second, leeway included',
    references: ['RFC 7519 §4.1.4'],
    make: changeClaims((kit) => ({ '': expiring(kit.now - kit.leeway) })),
  }),
  forgery({
    name: 'exp-future',
    verdict: 'accept',
    defect: 'none: expires soon, or in a day',
    references: ['RFC 7519 §4.1.4'],
    make: changeClaims((kit) => ({
      'in 5 seconds': { exp: kit.now + 5 },
      'in a day': { exp: kit.now + 86_400 },
    })),
  }),
  forgery({
    name: 'exp-string-number',
    verdict: 'refuse',
    defect: 'exp is digits in a string',
    references: ['RFC 7519 §4.1.4'],
    make: changeClaims(() => ({ '': { exp: '9999999999' } })),
  }),
  forgery({
    name: 'exp-iso-string',
    verdict: 'refuse',
    defect: 'exp is a date and time in a string',
    references: ['RFC 7519 §2'],
    make: changeClaims((kit) => ({ '': { exp: new Date((kit.now + 3_600) * 1_000).toISOString() } })),
  }),
  forgery({
    name: 'exp-null',
    verdict: 'refuse',
    defect: 'exp is null',
    references: ['RFC 7519 §4.1.4'],
    make: changeClaims(() => ({ '': { exp: null } })),
  }),
  forgery({
    name: 'exp-bool',
    verdict: 'refuse',
    defect: 'exp is a boolean',
    references: ['RFC 7519 §4.1.4'],
    make: changeClaims(() => ({ true: { exp: true }, false: { exp: false } })),
  }),
  forgery({
    name: 'exp-array-object',
    verdict: 'refuse',
    defect: 'exp is a list or an object',
    references: ['RFC 7519 §4.1.4'],
    make: changeClaims((kit) => ({
      'list of a good exp': { exp: [kit.now + 300] },
      'empty list': { exp: [] },
      object: { exp: {} },
    })),
  }),
  forgery({
    name: 'exp-negative-zero',
    verdict: 'expire',
    defect: 'exp is zero or below',
    references: ['RFC 7519 §4.1.4'],
    // Without iat, which would have to lie before 1970 too.
    make: changeClaims(() => ({
      'minus one': { exp: -1, iat: undefined },
      zero: { exp: 0, iat: undefined },
      'minus zero': { exp: rawNumber('-0'), iat: undefined },
    })),
  }),
  forgery({
    name: 'exp-float',
    verdict: 'accept',
    defect: 'none: exp has a fraction',
    references: ['RFC 7519 §2'],
    make: changeClaims((kit) => ({ '': { exp: kit.now + 60.5 } })),
  }),
  forgery({
    name: 'exp-float-past',
    verdict: 'expire',
    defect: 'expired, with a fraction in exp',
    references: ['RFC 7519 §2'],
    make: changeClaims((kit) => ({ '': expiring(kit.now - kit.leeway - 1.5) })),
  }),
  forgery({
    name: 'exp-infinity-literal',
    verdict: 'refuse',
    defect: 'exp is 1e400, which most parsers read as infinity',
    references: ['RFC 8259 §6', 'RFC 7519 §2'],
    make: changeClaims(() => ({ '': { exp: rawNumber('1e400') } })),
  }),
  forgery({
    name: 'exp-huge-integer',
    verdict: 'either',
    defect: 'exp is an integer beyond what a double or 64 bits hold',
    references: ['RFC 8259 §6'],
    make: changeClaims(() => ({
      '10^30': { exp: rawNumber(`1${'0'.repeat(30)}`) },
      '2^63': { exp: rawNumber('9223372036854775808') },
      '2^53 + 1': { exp: rawNumber('9007199254740993') },
    })),
  }),
  forgery({
    name: 'exp-milliseconds',
    verdict: 'either',
    defect: 'exp counts milliseconds',
    references: ['RFC 7519 §2'],
    make: changeClaims((kit) => ({ '': { exp: (kit.now + 300) * 1_000 } })),
  }),
  forgery({
    name: 'exp-before-iat',
    verdict: 'either',
    defect: 'issued after it expires, both in the future',
    references: ['RFC 7519 §4.1.4', 'RFC 7519 §4.1.6'],
    make: changeClaims((kit) => ({ '': { exp: kit.now + 60, iat: kit.now + 120 } })),
  }),
];
