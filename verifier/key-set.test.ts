import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { JwksError } from './errors.ts';
import { parseKeySet, sameKeys } from './key-set.ts';
import { createKey } from './testing/tokens.ts';

const [one, two, three] = [createKey('k1'), createKey('k2'), createKey('k3')];

function parse(...keys: unknown[]): ReturnType<typeof parseKeySet> {
  return parseKeySet(JSON.stringify({ keys }));
}

function failure(text: string): unknown {
  try {
    return parseKeySet(text);
  } catch (error) {
    return error instanceof JwksError ? error.reason : error;
  }
}

test('skips entries that cannot be used and keeps all others, in any order', () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  const odd = [
    null,
    'x',
    1,
    [],
    {},
    { ...ec, kid: 'k1', use: 'sig' },
    { ...one.jwk, n: '!!!' },
    { kty: 'ZZZ', kid: 'z' },
  ];
  const set = parse(...odd, one.jwk, two.jwk, { ...three.jwk, use: 'enc' });
  expect([...set.keys.keys()]).toEqual(['k1', 'k2']);
  expect(set.size).toBe(2);
  expect(set.skipped).toHaveLength(odd.length + 1);
  expect(set.skipped[0]).toBe('key 0 is not a JSON object');
  expect(set.skipped.at(-1)).toBe('key 10 (kid "k3") is not for signatures (use)');
});

test('ignores members of the set it does not know', () => {
  expect(parseKeySet(JSON.stringify({ keys: [one.jwk], next: 'https://evil.example' })).size).toBe(1);
});

test('keeps several keys under one kid, up to a bound', () => {
  const twins = [two, three].map(({ jwk }) => ({ ...jwk, kid: 'k1' }));
  const set = parse(one.jwk, ...twins);
  expect(set.keys.get('k1')?.map((key) => key.equals(one.publicKey))).toEqual([true, false, false]);
  const crowd = parse(...Array.from({ length: 6 }, () => one.jwk));
  expect(crowd.size).toBe(4);
  expect(crowd.skipped).toEqual([
    'key 4 (kid "k1") shares its kid with 4 others',
    'key 5 (kid "k1") shares its kid with 4 others',
  ]);
});

test.each([
  ['<html></html>', 'not-json'],
  ['', 'not-json'],
  ['{"keys":[', 'not-json'],
  ['[]', 'not-a-key-set'],
  ['null', 'not-a-key-set'],
  ['{}', 'not-a-key-set'],
  ['{"keys":{}}', 'not-a-key-set'],
  ['{"keys":null}', 'not-a-key-set'],
  ['{"error":"server_error"}', 'not-a-key-set'],
  ['{"keys":[]}', 'no-usable-key'],
  ['{"keys":[{"kty":"EC","kid":"k1"}]}', 'no-usable-key'],
])('refuses %j as %s', (text, reason) => {
  expect(failure(text)).toBe(reason);
});

test('says what is wrong with the keys of a set without a usable one', () => {
  expect(() => parse({ kty: 'OKP', crv: 'Ed25519', kid: 'ed', x: 'AAAA' })).toThrow(
    'the key set has no key usable for RS256: key 0 (kid "ed") is not an RSA key',
  );
});

test('knows the same keys again whatever their order, and every difference', () => {
  expect(sameKeys(parse(one.jwk, two.jwk), parse(two.jwk, one.jwk))).toBe(true);
  expect(sameKeys(parse(one.jwk, two.jwk), parse(one.jwk))).toBe(false);
  expect(sameKeys(parse(one.jwk), parse({ ...two.jwk, kid: 'k1' }))).toBe(false);
  expect(sameKeys(parse(one.jwk), parse({ ...one.jwk, kid: 'k2' }))).toBe(false);
  expect(sameKeys(parse(one.jwk, two.jwk), parse(one.jwk, three.jwk))).toBe(false);
});
