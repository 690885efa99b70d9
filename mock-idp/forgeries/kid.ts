import { changeHeader, forgery, swapCase } from './build.ts';
import type { Forgery } from './forgery.ts';

/** `kid` (RFC 7515 §4.1.4): which key is meant. */
export const kidForgeries: readonly Forgery[] = [
  forgery({
    name: 'kid-missing-many-keys',
    verdict: 'either',
    defect: 'no kid, while the key set holds several usable keys',
    references: ['RFC 7515 §4.1.4'],
    make: changeHeader(() => ({ '': { kid: undefined } })),
  }),
  forgery({
    name: 'kid-unknown',
    verdict: 'refuse',
    defect: 'signed by a key that was never published, under the kid of that key',
    references: ['RFC 7515 §6'],
    make: changeHeader((kit) => ({ '': { kid: kit.unpublished.kid } }), 'unpublished'),
  }),
  forgery({
    name: 'kid-unknown-signed-by-known',
    verdict: 'refuse',
    defect: 'kid names no key of the set; the signature is that of the active key',
    references: ['RFC 7515 §4.1.4'],
    // With a good signature, only a verifier that looks the kid up refuses: a fall-back to the first key shows here.
    make: changeHeader((kit) => ({ '': { kid: `${kit.active.kid}-unknown` } })),
  }),
  forgery({
    name: 'kid-swapped',
    verdict: 'refuse',
    defect: 'kid names another published key than the one that signed',
    references: ['RFC 7515 §4.1.4'],
    make: (kit) => [
      ...changeHeader(() => ({ 'signed by the active key': { kid: kit.published.kid } }))(kit),
      ...changeHeader(
        () => ({ 'signed by the other published key': { kid: kit.active.kid } }),
        'published',
      )(kit),
    ],
  }),
  forgery({
    name: 'kid-case',
    verdict: 'refuse',
    defect: 'kid in other capitals',
    references: ['RFC 7515 §4.1.4', 'RFC 7517 §4.5'],
    make: changeHeader((kit) => ({ '': { kid: swapCase(kit.active.kid) } })),
  }),
  forgery({
    name: 'kid-wrong-type',
    verdict: 'refuse',
    defect: 'kid is not a string',
    references: ['RFC 7515 §4.1.4'],
    make: changeHeader((kit) => ({
      number: { kid: 1 },
      boolean: { kid: true },
      null: { kid: null },
      'empty list': { kid: [] },
      'list of the kid': { kid: [kit.active.kid] },
      'query operator': { kid: { $ne: null } },
    })),
  }),
  forgery({
    name: 'kid-empty',
    verdict: 'refuse',
    defect: 'kid is the empty string',
    references: ['RFC 7515 §4.1.4'],
    make: changeHeader(() => ({ '': { kid: '' } })),
  }),
  forgery({
    name: 'kid-proto',
    verdict: 'refuse',
    defect: 'kid is the name of a property that every JavaScript object has',
    references: ['RFC 7515 §4.1.4', 'CWE-1321'],
    make: changeHeader(() => ({
      'the prototype': { kid: '__proto__' },
      'the constructor': { kid: 'constructor' },
      'a method': { kid: 'hasOwnProperty' },
      'another method': { kid: 'toString' },
    })),
  }),
  forgery({
    name: 'kid-crlf-ansi',
    verdict: 'refuse',
    defect: 'kid holds characters that break a header line, a terminal or a quoted string',
    references: ['RFC 9110 §5.5'],
    make: changeHeader(() => ({
      'line break': { kid: 'x\r\nX-Injected: 1' },
      'terminal escape': { kid: '\u001b[2J\u001b[31mx' },
      quotes: { kid: 'x", error="none' },
      markup: { kid: '"><script>x</script>' },
    })),
  }),
  forgery({
    name: 'kid-long',
    verdict: 'refuse',
    // Kept below 8 KiB of token, which every backend must read; beyond it a 431 would be right as well.
    defect: 'kid is 4,500 characters long',
    references: ['RFC 7515 §4.1.4'],
    make: changeHeader(() => ({ '': { kid: 'k'.repeat(4_500) } })),
  }),
];
