import type { Mutant } from './mutant.ts';

/** How a compact JWS is taken apart. */
export const form = {
  'split-slice-3': {
    core: true,
    bug: 'everything after the third segment is dropped',
    killer: 'jws-four-segments',
  },
  'split-filter-boolean': { bug: 'empty segments are dropped', killer: 'jws-trailing-dot' },
  'unsecured-two-parts': { bug: 'a missing signature counts as an empty one', killer: 'jws-two-segments' },
  'limit-too-small': { bug: 'tokens over 4 KiB are refused', killer: 'auth-8k-valid' },
  'b64-lenient-node': {
    core: true,
    bug: "`Buffer.from(segment, 'base64url')` and no further look",
    killer: 'jws-padding-signature',
  },
  'b64-padding-tolerant': { bug: '`=` at the end of a segment is forgiven', killer: 'jws-padding-signature' },
  'b64-trailing-bits': {
    bug: 'unused bits of the last character are ignored',
    killer: 'jws-trailing-bits-sig',
  },
  'b64-whitespace-tolerant': {
    bug: 'white space inside a segment is skipped',
    killer: 'jws-embedded-newline',
  },
  'parser-throws-500': {
    core: true,
    bug: "what a parser throws is nobody's business",
    killer: 'jws-only-dots',
  },
  'header-null-crash': { bug: 'a header of `null` is dereferenced', killer: 'jws-header-not-object' },
  'payload-array': {
    core: true,
    bug: 'an array as payload skips every claim check',
    killer: 'jws-payload-not-object',
  },
  'encoding-sniff': {
    core: true,
    bug: 'the encoding of the payload is guessed',
    killer: 'jws-payload-utf16',
  },
  'utf8-lossy': { bug: 'invalid UTF-8 becomes replacement characters', killer: 'jws-payload-bad-utf8' },
  'bom-tolerant': { bug: 'a byte order mark is cut off', killer: 'jws-header-bom' },
  'latin1-claims': { bug: 'claims are read as Latin-1', killer: 'jws-utf8-claims' },
  'json-streaming': { bug: 'what follows the JSON object is ignored', killer: 'jws-payload-trailing-junk' },
  'json-nan': { bug: 'NaN and Infinity parse', killer: 'jws-payload-nonjson-literals' },
  'json-first-wins': {
    core: true,
    bug: 'of two members of one name the first wins',
    killer: 'jws-dup-claim-exp',
  },
  'recursion-500': { bug: 'deep nesting overflows the parser', killer: 'jws-deep-nest-header' },
  'decode-only': { core: true, bug: '`decode()` where `verify()` was meant', killer: 'jws-payload-tampered' },
  'async-verify-not-awaited': {
    bug: 'a promise is truthy, so every signature is right',
    killer: 'jws-sig-bitflip-first',
  },
  'empty-sig-skip': { core: true, bug: '`if (signature && !verify(\u2026))`', killer: 'jws-empty-signature' },
  'header-reserialised': {
    bug: 'the header is written out again before the check, unknown members are lost',
    killer: 'jws-header-tampered',
  },
  'sig-bigint-import': {
    bug: 'the signature is read as a number, its length is not looked at',
    killer: 'jws-sig-extended',
  },
  'digest-from-signature': {
    bug: 'the signature itself says which hash it used',
    killer: 'jws-pkcs1-sha512-digestinfo',
  },
  'pkcs1-tail-compare': {
    bug: 'the digest is searched in the block, padding is not compared',
    killer: 'jws-pkcs1-block-type-2',
  },
  'detached-from-body': { bug: 'a missing payload is looked for in the body', killer: 'jws-detached-body' },
  'pss-auto': { bug: 'PSS padding is tried as well', killer: 'jws-pss-under-rs256' },
} as const satisfies Readonly<Record<string, Mutant>>;
