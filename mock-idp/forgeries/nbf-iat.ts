import { changeClaims, forgery } from './build.ts';
import type { Forgery } from './forgery.ts';

const tenYears = 10 * 365 * 86_400;

/** Start of validity and time of issue (RFC 7519 §4.1.5, §4.1.6): optional, numbers where present. */
export const nbfIatForgeries: readonly Forgery[] = [
  forgery({
    name: 'nbf-absent',
    verdict: 'accept',
    defect: 'none: without nbf',
    references: ['RFC 7519 §4.1.5'],
    make: changeClaims(() => ({ '': { nbf: undefined } })),
  }),
  forgery({
    name: 'nbf-past',
    verdict: 'accept',
    defect: 'none: valid since an hour ago',
    references: ['RFC 7519 §4.1.5'],
    make: changeClaims((kit) => ({ '': { nbf: kit.now - 3_600 } })),
  }),
  forgery({
    name: 'nbf-future',
    verdict: 'refuse',
    defect: 'not valid yet, by more than the leeway',
    references: ['RFC 7519 §4.1.5'],
    make: changeClaims((kit) => ({
      '10 seconds beyond the leeway': { nbf: kit.now + kit.leeway + 10 },
      '60 seconds beyond the leeway': { nbf: kit.now + kit.leeway + 60 },
    })),
  }),
  forgery({
    name: 'nbf-within-leeway',
    verdict: 'accept',
    defect: 'none: not valid yet, but within the leeway',
    references: ['RFC 7519 §4.1.5'],
    make: changeClaims((kit) =>
      kit.leeway < 2 ? {} : { '': { nbf: kit.now + Math.floor(kit.leeway / 2) } },
    ),
  }),
  forgery({
    name: 'nbf-equal-now',
    verdict: 'accept',
    defect: 'none: valid from this second on',
    references: ['RFC 7519 §4.1.5'],
    make: changeClaims((kit) => ({ '': { nbf: kit.now } })),
  }),
  forgery({
    name: 'nbf-wrong-type',
    verdict: 'refuse',
    defect: 'nbf is not a number',
    references: ['RFC 7519 §4.1.5'],
    make: changeClaims((kit) => wrongTypes('nbf', kit.now - 60)),
  }),
  forgery({
    name: 'nbf-after-exp',
    verdict: 'refuse',
    defect: 'becomes valid after it has expired',
    references: ['RFC 7519 §4.1.4', 'RFC 7519 §4.1.5'],
    make: changeClaims((kit) => ({ '': { exp: kit.now + 300, nbf: kit.now + kit.leeway + 600 } })),
  }),
  forgery({
    name: 'iat-absent',
    verdict: 'accept',
    defect: 'none: without iat',
    references: ['RFC 7519 §4.1.6'],
    make: changeClaims(() => ({ '': { iat: undefined } })),
  }),
  forgery({
    name: 'iat-future',
    verdict: 'either',
    defect: 'issued an hour from now',
    references: ['RFC 7519 §4.1.6'],
    make: changeClaims((kit) => ({ '': { iat: kit.now + 3_600 } })),
  }),
  forgery({
    name: 'iat-slight-future',
    verdict: 'accept',
    defect: 'none: issued a second from now, within the leeway',
    references: ['RFC 7519 §4.1.6'],
    make: changeClaims((kit) => (kit.leeway < 1 ? {} : { '': { iat: kit.now + 1 } })),
  }),
  forgery({
    name: 'iat-wrong-type',
    verdict: 'refuse',
    defect: 'iat is not a number',
    references: ['RFC 7519 §4.1.6'],
    make: changeClaims((kit) => wrongTypes('iat', kit.now - 60)),
  }),
  forgery({
    name: 'iat-ancient',
    verdict: 'either',
    defect: 'issued ten years ago, not expired',
    references: ['RFC 7519 §4.1.6'],
    make: changeClaims((kit) => ({ '': { iat: kit.now - tenYears } })),
  }),
];

/** All that is no JSON number, in a form that coerces to a good time where there is one. */
function wrongTypes(claim: string, time: number): Readonly<Record<string, Record<string, unknown>>> {
  return {
    'digits in a string': { [claim]: String(time) },
    'date in a string': { [claim]: new Date(time * 1_000).toISOString() },
    null: { [claim]: null },
    boolean: { [claim]: true },
    'list of a time': { [claim]: [time] },
    object: { [claim]: {} },
  };
}
