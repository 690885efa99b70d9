import { changeClaim, changeClaims, forgery, swapCase, textClaim } from './build.ts';
import type { Forgery } from './forgery.ts';

/** Subject (RFC 7519 §4.1.2): a string that is not empty. It alone says who the caller is. */
export const subForgeries: readonly Forgery[] = [
  forgery({
    name: 'sub-normal',
    verdict: 'accept',
    defect: 'none: sub is a string',
    references: ['RFC 7519 §4.1.2'],
    make: changeClaims((kit) => ({ '': { sub: textClaim(kit, 'sub') } })),
  }),
  forgery({
    name: 'sub-missing',
    verdict: 'refuse',
    defect: 'no sub',
    references: ['RFC 9068 §2.2'],
    make: changeClaims(() => ({ '': { sub: undefined } })),
  }),
  forgery({
    name: 'sub-empty',
    verdict: 'refuse',
    defect: 'sub is the empty string',
    references: ['RFC 8725 §3.8'],
    make: changeClaim('sub', () => ({ '': '' })),
  }),
  forgery({
    name: 'sub-null',
    verdict: 'refuse',
    defect: 'sub is null',
    references: ['RFC 7519 §4.1.2'],
    make: changeClaim('sub', () => ({ '': null })),
  }),
  forgery({
    name: 'sub-number',
    verdict: 'refuse',
    defect: 'sub is a number',
    references: ['RFC 7519 §4.1.2'],
    make: changeClaim('sub', () => ({ one: 1, zero: 0, fraction: 1.5 })),
  }),
  forgery({
    name: 'sub-bool-array-object',
    verdict: 'refuse',
    defect: 'sub is a boolean, a list or an object',
    references: ['RFC 7519 §4.1.2'],
    make: changeClaim('sub', (sub) => ({
      boolean: true,
      'list of the sub': [sub],
      'object with the sub': { id: sub },
      'query operator': { $ne: null },
    })),
  }),
  forgery({
    name: 'sub-whitespace',
    verdict: 'either',
    defect: 'sub with an invisible character more',
    references: ['RFC 7515 §5.3'],
    make: changeClaim('sub', (sub) => ({
      'blank before': ` ${sub}`,
      'blank after': `${sub} `,
      'line end after': `${sub}\n`,
      'zero-width space after': `${sub}\u200b`,
    })),
  }),
  forgery({
    name: 'sub-case',
    verdict: 'either',
    defect: 'sub in other capitals',
    references: ['RFC 7519 §4.1.2'],
    make: changeClaim('sub', (sub) => ({ '': swapCase(sub) })),
  }),
  forgery({
    name: 'sub-unicode-normal-form',
    verdict: 'either',
    defect: 'sub is a name that can be written in two normal forms of Unicode',
    references: ['RFC 7515 §10.13'],
    make: changeClaim('sub', () => ({
      composed: 'zoë'.normalize('NFC'),
      decomposed: 'zoë'.normalize('NFD'),
    })),
  }),
  forgery({
    name: 'sub-numeric-lookalike',
    verdict: 'either',
    defect: 'sub is text that reads as the number 1',
    references: ['RFC 7515 §5.3'],
    make: changeClaim('sub', () => ({
      'leading zero': '01',
      fraction: '1.0',
      exponent: '1e0',
      sign: '+1',
      hexadecimal: '0x1',
    })),
  }),
  forgery({
    name: 'sub-long',
    verdict: 'either',
    defect: 'sub is as long as OpenID Connect allows, or much longer',
    references: ['OpenID Connect Core 1.0 §2'],
    make: changeClaim('sub', () => ({
      '255 characters': 's'.repeat(255),
      '10,000 characters': 's'.repeat(10_000),
    })),
  }),
  forgery({
    name: 'sub-unknown-user',
    verdict: 'either',
    defect: 'sub is a user the API has never heard of',
    references: ['RFC 8725 §3.8'],
    make: changeClaim('sub', () => ({ '': 'unknown-user-5d1c' })),
  }),
];
