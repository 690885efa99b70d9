import { changeClaim, changeClaims, forgery, swapCase, textClaim } from './build.ts';
import type { Forgery } from './forgery.ts';

/** Audience (RFC 7519 §4.1.3): a string or a list of strings, one of them exactly the API's. */
export const audForgeries: readonly Forgery[] = [
  forgery({
    name: 'aud-string',
    verdict: 'accept',
    defect: 'none: aud is a string',
    references: ['RFC 7519 §4.1.3'],
    make: changeClaims((kit) => ({ '': { aud: textClaim(kit, 'aud') } })),
  }),
  forgery({
    name: 'aud-array-single',
    verdict: 'accept',
    defect: 'none: aud is a list of one',
    references: ['RFC 7519 §4.1.3'],
    make: changeClaim('aud', (aud) => ({ '': [aud] })),
  }),
  forgery({
    name: 'aud-array-multi',
    verdict: 'accept',
    defect: 'none: aud is a list of several',
    references: ['RFC 7519 §4.1.3'],
    make: changeClaim('aud', (aud) => ({ first: [aud, 'other-api'], last: ['other-api', aud] })),
  }),
  forgery({
    name: 'aud-missing',
    verdict: 'refuse',
    defect: 'no aud',
    references: ['RFC 8725 §3.9', 'RFC 9700 §2.3', 'CVE-2024-5798'],
    make: changeClaims(() => ({ '': { aud: undefined } })),
  }),
  forgery({
    name: 'aud-wrong',
    verdict: 'refuse',
    defect: 'aud names another API',
    references: ['RFC 7519 §4.1.3', 'RFC 9700 §2.3'],
    make: changeClaim('aud', () => ({ string: 'other-api', list: ['other-api', 'third-api'] })),
  }),
  forgery({
    name: 'aud-empty',
    verdict: 'refuse',
    defect: 'aud is there and names nobody',
    references: ['RFC 7519 §4.1.3'],
    make: changeClaim('aud', () => ({
      'empty string': '',
      'empty list': [],
      'list of an empty string': [''],
      null: null,
    })),
  }),
  forgery({
    name: 'aud-substring',
    verdict: 'refuse',
    defect: 'aud is part of the audience, or holds it as a part',
    references: ['RFC 7519 §4.1.3'],
    make: changeClaim('aud', (aud) => ({
      'last character cut': aud.slice(0, -1),
      'one character after': `${aud}2`,
      'one character before': `x${aud}`,
      'path after': `${aud}/../x`,
      'in a list': [`x${aud}`, `${aud}2`],
    })),
  }),
  forgery({
    name: 'aud-case-slash',
    verdict: 'refuse',
    defect: 'aud in other capitals, or with a slash after it',
    references: ['RFC 7519 §4.1.3'],
    make: changeClaim('aud', (aud) => ({ capitals: swapCase(aud), slash: `${aud}/`, blank: `${aud} ` })),
  }),
  forgery({
    name: 'aud-delimited',
    verdict: 'refuse',
    defect: 'aud is one string that holds the audience between blanks or commas',
    references: ['RFC 7519 §4.1.3'],
    make: changeClaim('aud', (aud) => ({
      'blank, last': `other-api ${aud}`,
      'blank, first': `${aud} other-api`,
      'comma, last': `other-api,${aud}`,
      'comma, first': `${aud},other-api`,
    })),
  }),
  forgery({
    name: 'aud-wildcard-regex',
    verdict: 'refuse',
    defect: 'aud is a pattern that matches the audience',
    references: ['RFC 7519 §4.1.3', 'CVE-2026-35041'],
    make: changeClaim('aud', (aud) => ({
      wildcard: '*',
      'any text': '.*',
      anchored: `^${aud}$`,
      'in a list': ['*'],
    })),
  }),
  forgery({
    name: 'aud-wrong-type',
    verdict: 'refuse',
    defect: 'aud is neither a string nor a list of strings',
    references: ['RFC 7519 §4.1.3'],
    make: changeClaim('aud', (aud) => ({
      number: 1,
      boolean: true,
      'empty object': {},
      'object with the audience as name': { [aud]: 1 },
      'list in a list': [[aud]],
    })),
  }),
  forgery({
    name: 'aud-mixed-array',
    verdict: 'either',
    defect: 'aud is a list of the audience and something that is no string',
    references: ['RFC 7519 §4.1.3'],
    make: changeClaim('aud', (aud) => ({ number: [aud, 1], null: [aud, null] })),
  }),
  forgery({
    name: 'aud-client-id',
    verdict: 'refuse',
    defect: 'aud is the client, as in an ID token',
    references: ['RFC 8725 §3.9', 'RFC 8725 §3.12'],
    make: changeClaims(() => ({ '': { aud: 'web-client', azp: 'web-client' } })),
  }),
];
