import { describe, expect, test } from 'vitest';
import { createDecoder } from './compact-jws.ts';

const decoder = createDecoder(4096);
const decode = (token: string) => decoder.decode(token);
const HEADER = encode('{"alg":"RS256","kid":"k1"}');
const PAYLOAD = encode('{"sub":"user-1"}');
const SIGNATURE = encode('not a signature, but base64url');

function encode(text: string | Uint8Array): string {
  return Buffer.from(text).toString('base64url');
}

test('takes a token apart', () => {
  const jws = decode(`${HEADER}.${PAYLOAD}.${SIGNATURE}`);
  if (typeof jws === 'string') throw new Error(jws);
  expect(jws.header).toEqual({ alg: 'RS256', kid: 'k1' });
  expect(jws.claims).toEqual({ sub: 'user-1' });
  expect(Buffer.from(jws.signingInput).toString()).toBe(`${HEADER}.${PAYLOAD}`);
  expect(Buffer.from(jws.signature).toString()).toBe('not a signature, but base64url');
});

describe('segments', () => {
  test.each([
    '',
    'x',
    '.',
    'a.b',
    `${HEADER}.${PAYLOAD}`,
    `${HEADER}.${PAYLOAD}.${SIGNATURE}.`,
    'a.b.c.d',
    '.'.repeat(4096),
  ])('refuses %.20j: not exactly three', (token) => {
    expect(decode(token)).toBe('segments');
  });
  test('refuses an empty header, payload or signature', () => {
    expect(decode(`.${PAYLOAD}.${SIGNATURE}`)).toBe('header');
    expect(decode(`${HEADER}..${SIGNATURE}`)).toBe('payload');
    expect(decode(`${HEADER}.${PAYLOAD}.`)).toBe('signature');
    expect(decode('..')).toBe('header');
  });
});

test('refuses a token longer than the bound before looking at it', () => {
  const room = 4096 - HEADER.length - PAYLOAD.length - 2;
  expect(decode(`${HEADER}.${PAYLOAD}.${'A'.repeat(room - (room % 4))}`)).toBeTypeOf('object');
  expect(decode(`${HEADER}.${PAYLOAD}.${'A'.repeat(room + 1)}`)).toBe('length');
});

test('refuses characters beyond ASCII, which Node would fold into the alphabet', () => {
  // U+0142 & 0xFF is "B": its own base64 decoder reads this signature as if it were good.
  const folded = SIGNATURE.replace('b', '\u0162');
  expect(folded).not.toBe(SIGNATURE);
  expect(decode(`${HEADER}.${PAYLOAD}.${folded}`)).toBe('encoding');
});

describe.each([
  ['header', (json: string | Uint8Array) => `${encode(json)}.${PAYLOAD}.${SIGNATURE}`],
  ['payload', (json: string | Uint8Array) => `${HEADER}.${encode(json)}.${SIGNATURE}`],
])('%s', (reason, token) => {
  test.each([
    'null',
    'true',
    '1',
    '"x"',
    '[]',
    'abc',
    '{',
    '{}x',
    "{'alg':'RS256'}",
    '{"a":NaN}',
    '{"a":1,}',
    '\ufeff{"alg":"RS256","kid":"k1"}',
  ])('refuses %j: not a JSON object', (json) => {
    expect(decode(token(json))).toBe(reason);
  });
  test('refuses bytes that are not UTF-8', () => {
    const json = Buffer.from('{"alg":"RS256","kid":"k1","sub":"x"}');
    json[json.length - 3] = 0xff;
    expect(decode(token(json))).toBe(reason);
    expect(decode(token(Buffer.from('{"alg":"RS256","kid":"k1"}', 'utf16le')))).toBe(reason);
  });
  test('refuses nesting that would exhaust a stack without failing on it', () => {
    expect(decode(token('['.repeat(2000)))).toBe(reason);
  });
});

test.each([
  ['alg', '{"alg":"RS256","alg":"none","kid":"k1"}'],
  ['kid', '{"alg":"RS256","kid":"k1","kid":7}'],
])('takes the last of two members %s, as JSON.parse does (RFC 7519 §4)', (reason, header) => {
  expect(decode(`${encode(header)}.${PAYLOAD}.${SIGNATURE}`)).toBe(reason);
});

test('reads a header it remembers as the same object, and any other anew', () => {
  const jws = decode(`${HEADER}.${PAYLOAD}.${SIGNATURE}`);
  if (typeof jws === 'string') throw new Error(jws);
  decoder.remember(jws);
  const again = decode(`${HEADER}.${PAYLOAD}.${SIGNATURE}`);
  expect(typeof again === 'object' && again.header === jws.header).toBe(true);
  const other = encode('{"alg":"RS256","kid":"k2"}');
  expect(decode(`${other}.${PAYLOAD}.${SIGNATURE}`)).toMatchObject({ header: { kid: 'k2' } });
  expect(decode(`${encode('{"alg":"none","kid":"k1"}')}.${PAYLOAD}.${SIGNATURE}`)).toBe('alg');
});

test('remembers a bounded number of headers', () => {
  const small = createDecoder(4096);
  const read = (id: number) => {
    const jws = small.decode(`${encode(`{"alg":"RS256","kid":"k${id}"}`)}.${PAYLOAD}.${SIGNATURE}`);
    if (typeof jws === 'string') throw new Error(jws);
    return jws;
  };
  const first = read(0);
  for (let id = 0; id < 65; id += 1) small.remember(id === 0 ? first : read(id));
  expect(read(0).header).not.toBe(first.header);
});
