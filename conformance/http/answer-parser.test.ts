import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAnswers } from './answer-parser.ts';

const parse = (text: string, closed = false, methods: readonly string[] = []) =>
  parseAnswers(Buffer.from(text, 'latin1'), methods, closed).map(({ status, headers, body }) => ({
    status,
    headers,
    body: body.toString('latin1'),
  }));

test('reads status, repeated headers and a body of the declared length', () => {
  expect(parse('HTTP/1.1 401 Unauthorized\r\nA: 1\r\na:2\r\nContent-Length: 2\r\n\r\n{}')).toEqual([
    {
      status: 401,
      headers: [
        ['A', '1'],
        ['a', '2'],
        ['Content-Length', '2'],
      ],
      body: '{}',
    },
  ]);
});

test('joins the chunks of a body and drops its trailers', () => {
  const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
  expect(parse(`${head}3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: 1\r\n\r\n`)).toMatchObject([
    { body: 'abc0123456789' },
  ]);
});

test('ends a body of unknown length where the server closes', () => {
  const text = 'HTTP/1.0 200 OK\r\n\r\nall of it';
  expect(parse(text)).toEqual([]);
  expect(parse(text, true)).toMatchObject([{ body: 'all of it' }]);
});

test('expects no body after HEAD, 204 and 304, whatever the length says', () => {
  const next = 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx';
  const statuses = (text: string, methods: readonly string[]) =>
    parse(text + next, false, methods).map(({ status }) => status);
  expect(statuses('HTTP/1.1 401 No\r\nContent-Length: 9\r\n\r\n', ['HEAD', 'GET'])).toEqual([401, 200]);
  expect(statuses('HTTP/1.1 204 No\r\n\r\n', [])).toEqual([204, 200]);
  expect(statuses('HTTP/1.1 304 No\r\nContent-Length: 9\r\n\r\n', [])).toEqual([304, 200]);
});

test('skips interim answers', () => {
  expect(parse('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')).toMatchObject([
    { status: 200 },
  ]);
});

test.each(['SSH-2.0-OpenSSH\r\n', 'HTTP/2 200\r\n\r\n', 'HTTP/1.1 2000 OK\r\n\r\n', '<html>'])(
  'refuses %j, which is not HTTP/1.x',
  (text) => {
    expect(() => parse(text)).toThrow('not HTTP/1.x');
  },
);

test('gives the same answers however the bytes arrive', () => {
  const text =
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello' +
    'HTTP/1.1 401 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n';
  const whole = parse(text);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: text.length }), (cut) => {
      const early = parse(text.slice(0, cut));
      expect(whole.slice(0, early.length)).toEqual(early);
    }),
  );
  expect(whole).toHaveLength(2);
});
