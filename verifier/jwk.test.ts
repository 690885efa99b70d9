import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { importJwk } from './jwk.ts';
import { createKey } from './testing/tokens.ts';

const good = createKey('k1');

function whyUnusable(members: object): string | undefined {
  const imported = importJwk({ ...good.jwk, ...members });
  return 'unusable' in imported ? imported.unusable : undefined;
}

test('imports the key that n and e make', () => {
  const imported = importJwk(good.jwk);
  expect(imported).toMatchObject({ kid: 'k1' });
  expect('key' in imported && imported.key.equals(good.publicKey)).toBe(true);
});

test.each([
  { use: undefined },
  { alg: undefined },
  { use: undefined, alg: undefined },
  { key_ops: ['verify'], ext: true, use: undefined },
  { key_ops: ['sign', 'verify'] },
  { x5c: ['AAAA'], x5t: 'AAAA', foo: { bar: 1 } },
  { kid: 'a+b/c=' },
])('imports a key with %j', (members) => {
  expect(whyUnusable(members)).toBeUndefined();
});

test.each([
  [{ kty: 'rsa' }, 'is not an RSA key'],
  [{ kty: 'EC' }, 'is not an RSA key'],
  [{ kty: 'oct', k: '' }, 'is not an RSA key'],
  [{ use: 'enc' }, 'is not for signatures (use)'],
  [{ alg: 'PS256' }, 'is for another algorithm (alg)'],
  [{ alg: 'RSA-OAEP' }, 'is for another algorithm (alg)'],
  [{ key_ops: ['encrypt'] }, 'is not for verification (key_ops)'],
  [{ key_ops: 'verify' }, 'is not for verification (key_ops)'],
  [{ kid: undefined }, 'has no kid'],
  [{ kid: '' }, 'has no kid'],
  [{ kid: 1 }, 'has no kid'],
  [{ n: undefined }, 'has a malformed n or e'],
  [{ e: undefined }, 'has a malformed n or e'],
  [{ n: '!!!' }, 'has a malformed n or e'],
  [{ n: `${String(good.jwk['n'])}==` }, 'has a malformed n or e'],
  [{ e: 65537 }, 'has a malformed n or e'],
  [{ e: 'AQ' }, 'has a weak public exponent'],
  [{ e: 'BA' }, 'has a weak public exponent'],
  [{ e: 'AQAAAAE' }, 'has a weak public exponent'],
  [{ d: 'AAAA' }, 'shows its private part'],
  [{ p: 'AAAA' }, 'shows its private part'],
])('does not use a key with %j', (members, why) => {
  expect(whyUnusable(members)).toBe(why);
});

test('does not use an exponent of 0', () => {
  expect(whyUnusable({ e: 'AA' })).toBeDefined();
});

test('uses e = 3, which RFC 8017 allows', () => {
  expect('key' in importJwk(createKey('k3', 2048, 3).jwk)).toBe(true);
});

test.each([1024, 2040])('does not use %d bits (RFC 7518 §3.3)', (bits) => {
  expect(importJwk(createKey('small', bits).jwk)).toEqual({
    kid: 'small',
    unusable: `has ${bits} bits, fewer than 2048`,
  });
});

test('uses 4096 bits, and not a modulus so long that checking a signature becomes the attack', () => {
  expect('key' in importJwk(createKey('big', 4096).jwk)).toBe(true);
  const modulus = Buffer.alloc(1025, 0xff);
  expect(whyUnusable({ n: modulus.toString('base64url') })).toBe('has 8200 bits, more than 8192');
});

test('does not use the certificate of an entry that has no n and e', () => {
  const { n, e, ...rest } = good.jwk;
  expect([n, e]).not.toContain(undefined);
  expect(importJwk({ ...rest, x5c: ['AAAA'] })).toMatchObject({ unusable: 'has a malformed n or e' });
});

test('does not use a private key, although its public part would do', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  expect(createPublicKey(privateKey).type).toBe('public');
  const imported = importJwk({ ...privateKey.export({ format: 'jwk' }), kid: 'leaked' });
  expect(imported).toEqual({ kid: 'leaked', unusable: 'shows its private part' });
});

test('judges anything at all without throwing', () => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.constantFrom('kty', 'n', 'e', 'kid', 'use', 'alg', 'key_ops'),
      (value, name) => {
        expect(importJwk(value)).toHaveProperty('unusable');
        const imported = importJwk({ ...good.jwk, [name]: value });
        expect('key' in imported || 'unusable' in imported).toBe(true);
      },
    ),
  );
});
