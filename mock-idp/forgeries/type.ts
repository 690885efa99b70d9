import { changeHeader, forgery } from './build.ts';
import type { Forgery } from './forgery.ts';

/** What kind of token it says it is: `typ` and `cty` (RFC 7515 §4.1.9, §4.1.10; RFC 8725 §3.11). */
export const typeForgeries: readonly Forgery[] = [
  forgery({
    name: 'typ-accepted',
    verdict: 'accept',
    defect: 'none: typ is one of those an access token may bear',
    references: ['RFC 7519 §5.1', 'RFC 9068 §2.1'],
    make: changeHeader(() => ({
      absent: { typ: undefined },
      JWT: { typ: 'JWT' },
      'at+jwt': { typ: 'at+jwt' },
    })),
  }),
  forgery({
    name: 'typ-media-type-forms',
    requirement: 'typ-accepted',
    verdict: 'either',
    // The same media types in another spelling; the contract lists one spelling of each.
    defect: 'typ in other capitals or with the prefix application/',
    references: ['RFC 7515 §4.1.9', 'RFC 9068 §4'],
    make: changeHeader(() => ({
      'small letters': { typ: 'jwt' },
      capitals: { typ: 'AT+JWT' },
      'full media type': { typ: 'application/at+jwt' },
    })),
  }),
  forgery({
    name: 'typ-other-jwt-kind',
    verdict: 'refuse',
    defect: 'typ says that this is no access token',
    references: ['RFC 9068 §4', 'RFC 8725 §3.11', 'RFC 8725 §3.12'],
    make: changeHeader(() => ({
      'logout token': { typ: 'logout+jwt' },
      'DPoP proof': { typ: 'dpop+jwt' },
      'security event': { typ: 'secevent+jwt' },
      'ID token': { typ: 'id_token+jwt' },
      'key binding': { typ: 'kb+jwt' },
    })),
  }),
  forgery({
    name: 'typ-wrong-type',
    verdict: 'refuse',
    defect: 'typ is not a string',
    references: ['RFC 7515 §4.1.9'],
    make: changeHeader(() => ({
      number: { typ: 5 },
      list: { typ: [] },
      'list of JWT': { typ: ['JWT'] },
      null: { typ: null },
    })),
  }),
  forgery({
    name: 'cty-jwt',
    verdict: 'either',
    defect: 'cty says that the payload is a token in turn, which it is not',
    references: ['RFC 7519 §5.2'],
    make: changeHeader(() => ({ '': { cty: 'JWT' } })),
  }),
];
