import { deflateSync, gzipSync } from 'node:zlib';
import { compact } from '../jws.ts';
import { changeClaims, forgery } from './build.ts';
import type { Forgery, JsonObject } from './forgery.ts';
import { variants } from './parts.ts';

/** How JSON becomes bytes: UTF-8 without a byte order mark, not compressed (RFC 7519 §3, RFC 8725 §3.7). All are well signed. */
export const textForgeries: readonly Forgery[] = [
  forgery({
    name: 'jws-header-bad-utf8',
    verdict: 'refuse',
    defect: 'an unknown header member holds bytes that are not UTF-8',
    references: ['RFC 7515 §5.2', 'RFC 8725 §3.7'],
    make: ({ header, claims, active }) =>
      Object.entries(notUtf8).map(([variant, bytes]) => ({
        variant,
        token: compact(withBytes(header, bytes), claims, active),
      })),
  }),
  forgery({
    name: 'jws-payload-bad-utf8',
    verdict: 'refuse',
    defect: 'an unknown claim holds bytes that are not UTF-8',
    references: ['RFC 7519 §7.2', 'RFC 8725 §3.7'],
    make: ({ header, claims, active }) =>
      Object.entries(notUtf8).map(([variant, bytes]) => ({
        variant,
        token: compact(header, withBytes(claims, bytes), active),
      })),
  }),
  forgery({
    name: 'jws-header-bom',
    verdict: 'refuse',
    defect: 'the header starts with a byte order mark',
    references: ['RFC 8259 §8.1'],
    make: ({ header, claims, active }) =>
      variants({ '': compact(BYTE_ORDER_MARK + JSON.stringify(header), claims, active) }),
  }),
  forgery({
    name: 'jws-payload-bom',
    verdict: 'either',
    defect: 'the payload starts with a byte order mark',
    references: ['RFC 8259 §8.1'],
    make: ({ header, claims, active }) =>
      variants({ '': compact(header, BYTE_ORDER_MARK + JSON.stringify(claims), active) }),
  }),
  forgery({
    name: 'jws-payload-utf16',
    verdict: 'refuse',
    defect: 'the payload is encoded in UTF-16',
    references: ['RFC 7519 §3', 'RFC 8725 §3.7'],
    make: ({ header, claims, active }) => {
      const text = JSON.stringify(claims);
      return variants({
        'little-endian': compact(header, utf16(text), active),
        'little-endian, marked': compact(header, utf16(BYTE_ORDER_MARK + text), active),
        'big-endian': compact(header, utf16(text).swap16(), active),
        'big-endian, marked': compact(header, utf16(BYTE_ORDER_MARK + text).swap16(), active),
      });
    },
  }),
  forgery({
    name: 'jws-payload-lone-surrogate',
    verdict: 'either',
    defect: 'sub is an escaped surrogate without its pair',
    references: ['RFC 7515 §10.13', 'RFC 8259 §8.2'],
    make: changeClaims(() => ({ high: { sub: '\ud800' }, low: { sub: 'user-\udc00' } })),
  }),
  forgery({
    name: 'jws-gzip-segments',
    verdict: 'refuse',
    defect: 'the payload is compressed JSON',
    references: ['RFC 7519 §3', 'RFC 7519 §7.2'],
    make: ({ header, claims, active }) => {
      const text = JSON.stringify(claims);
      return variants({
        gzip: compact(header, gzipSync(text), active),
        zlib: compact(header, deflateSync(text), active),
      });
    },
  }),
];

const BYTE_ORDER_MARK = '\ufeff';

const notUtf8: Readonly<Record<string, readonly number[]>> = {
  'a byte that never occurs': [0xff],
  'a sequence cut short': [0xe2, 0x82],
  'an overlong slash': [0xc0, 0xaf],
  'an encoded surrogate': [0xed, 0xa0, 0x80],
};

/** JSON of an object with one more member, whose string value is these bytes. */
function withBytes(value: JsonObject, bytes: readonly number[]): Uint8Array {
  const rest = JSON.stringify(value).slice(1);
  return Buffer.concat([Buffer.from('{"x":"'), Buffer.from(bytes), Buffer.from(`",${rest}`)]);
}

function utf16(text: string): Buffer {
  return Buffer.from(text, 'utf16le');
}
