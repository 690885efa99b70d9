import type { Mutant } from './mutant.ts';

/** How the key set document is fetched and read, and which of its keys are used. */
export const publishedKeys = {
  'redirect-same-origin': {
    bug: 'a redirect to the same origin is followed',
    killer: 'redir-same-origin',
  },
  'redirect-data': { bug: 'a redirect to a data URL is followed', killer: 'redir-scheme-loop' },
  'status-ignored': {
    bug: 'the status of the key set answer is not looked at',
    killer: 'doc-non-200-with-body',
  },
  'parse-error-500': { bug: 'what the JSON parser throws is an internal error', killer: 'doc-html-200' },
  '304-empties': { bug: 'no document means no keys', killer: 'doc-304' },
  'empty-set-obeyed': { bug: 'an empty key set empties the cache', killer: 'doc-empty-refresh' },
  'too-large-empties': { bug: 'a key set that is too large empties the cache', killer: 'doc-many-keys' },
  'jwks-recursion-500': { bug: 'deep nesting overflows the parser of the key set', killer: 'doc-deep-json' },
  'jwks-media-type-exact': {
    bug: 'the media type must be the sixteen letters of application/json',
    killer: 'doc-content-type',
  },
  'gzip-undecoded': { bug: 'compression is offered and not understood', killer: 'doc-gzip' },
  'no-store-obeyed': { bug: '`Cache-Control: no-store` switches the cache off', killer: 'doc-cache-control' },
  'max-age-obeyed': { bug: 'a long `max-age` outlives the configured time', killer: 'doc-cache-max-age' },
  'jwks-first-wins': {
    bug: 'of two members of one name in the key set the first wins',
    killer: 'doc-duplicate-members',
  },
  'jwks-schema-strict': { bug: 'an unknown member in the key set is an error', killer: 'doc-extra-members' },
  'keys-object': { bug: 'the values of any `keys` are the keys', killer: 'doc-keys-missing-or-object' },
  'unknown-kty-throws': {
    bug: 'a key type nobody knows spoils the set',
    killer: 'doc-unknown-kty-beside-good',
  },
  'key-ops-ignored': { bug: '`key_ops` is not looked at', killer: 'key-ops-no-verify' },
  'use-trumps-ops': { bug: '`key_ops` is looked at only without `use`', killer: 'key-use-ops-conflict' },
  'use-must-be-sig': { bug: 'a key without `use` is skipped', killer: 'key-ops-verify-only' },
  'kty-case-fold': { bug: 'the key type is made upper case first', killer: 'key-kty-case' },
  'weak-key-500': { bug: 'a short key throws when it is used', killer: 'key-1024' },
  'key-bytes-counted': { bug: 'the length of a key is counted in bytes', killer: 'key-2047' },
  'sig-256-bytes': { bug: 'every signature has 256 bytes', killer: 'key-4096' },
  'huge-key-slow': { bug: 'a key of any length is computed with', killer: 'key-huge' },
  'exponent-one': { bug: 'any exponent will do', killer: 'key-e1' },
  'oct-key-used': { bug: 'the key set decides the algorithm', killer: 'key-oct-published' },
  'oct-empty': { bug: 'an empty symmetric key is as good as any', killer: 'key-oct-empty-k' },
  'alg-from-jwks': { bug: 'what the key set holds is allowed', killer: 'alg-es256-published' },
  'alg-without-jwk-alg': {
    bug: 'a key that names no algorithm is used with that of the token',
    killer: 'alg-no-jwk-alg-hs256',
  },
  'kid-only-select': { bug: 'the first key with the kid, whatever its type', killer: 'key-decoy-same-kid' },
  'dup-kid-first-wins': { bug: 'of two keys with one kid the first wins', killer: 'key-dup-kid-hidden' },
  'kidless-wildcard': { bug: 'a key without kid is that of every token', killer: 'key-no-kid-entry' },
  'jwk-kid-coerced': { bug: 'the kid of a key is made a string', killer: 'key-kid-wrong-type' },
  'x5c-preferred': { bug: 'the certificate wins over `n` and `e`', killer: 'key-x5c-mismatch' },
  'x5c-instead': { bug: 'without `n` and `e` the certificate will do', killer: 'key-x5c-only' },
} as const satisfies Readonly<Record<string, Mutant>>;
