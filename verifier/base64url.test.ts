import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBase64url } from './base64url.ts';

const into = Buffer.alloc(1024);

test('reads what an encoder writes, of every length', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const written = decodeBase64url(Buffer.from(bytes).toString('base64url'), into);
      expect(Buffer.from(into.subarray(0, written))).toEqual(Buffer.from(bytes));
    }),
  );
});

test('accepts a text only where it is the one spelling of its bytes', () => {
  const character = fc.constantFrom(...Array.from('ABQgwzZ019-_+/= \n.~!*\0\x7f'));
  fc.assert(
    fc.property(fc.string({ unit: character, maxLength: 12 }), (text) => {
      const written = decodeBase64url(text, into);
      const canonical = Buffer.from(text, 'base64url').toString('base64url') === text;
      expect(written >= 0).toBe(canonical);
    }),
    { numRuns: 5000 },
  );
});

test.each([
  ['padding', 'AA=='],
  ['the standard alphabet', 'AB+/'],
  ['a blank', 'AB CD'],
  ['a line end', 'ABC\nD'],
  ['stray bits after one byte', 'AB'],
  ['stray bits after two bytes', 'AAB'],
  ['a lone character', 'AAAAA'],
])('refuses %s', (_, text) => {
  expect(decodeBase64url(text, into)).toBe(-1);
});
