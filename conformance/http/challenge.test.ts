import { expect, test } from 'vitest';
import { parseChallenges } from './challenge.ts';

test.each<[string, unknown]>([
  ['Bearer', [{ scheme: 'bearer', params: [] }]],
  [
    'Bearer realm="a \\"b\\"", error=invalid_token',
    [
      {
        scheme: 'bearer',
        params: [
          { name: 'realm', value: 'a "b"' },
          { name: 'error', value: 'invalid_token' },
        ],
      },
    ],
  ],
  [
    'Basic realm="x", BEARER Error = "e, f" , DPoP algs="RS256"',
    [
      { scheme: 'basic', params: [{ name: 'realm', value: 'x' }] },
      { scheme: 'bearer', params: [{ name: 'error', value: 'e, f' }] },
      { scheme: 'dpop', params: [{ name: 'algs', value: 'RS256' }] },
    ],
  ],
  [
    'Negotiate abc==, Bearer',
    [
      { scheme: 'negotiate', params: [] },
      { scheme: 'bearer', params: [] },
    ],
  ],
])('parses %s', (value, challenges) => {
  expect(parseChallenges(value)).toEqual(challenges);
});

test.each([
  '',
  'realm="x"',
  'Bearer realm="x" error="y"',
  'Bearer realm="x',
  'Bearer error="a"b"',
  'Bearer a b c',
])('finds %j broken', (value) => {
  expect(parseChallenges(value)).toBeUndefined();
});
