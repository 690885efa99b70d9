import { expect, test } from 'vitest';
import { freshnessOf } from './freshness.ts';

const DATE = 'Thu, 01 Jan 2026 00:00:00 GMT';
const LATER = 'Thu, 01 Jan 2026 00:10:00 GMT';
const NOW = Date.parse(DATE) + 60_000;

test.each([
  ['nothing', {}, undefined],
  ['other directives', { 'cache-control': 'public, must-revalidate, immutable' }, undefined],
  ['s-maxage, which is for shared caches', { 'cache-control': 's-maxage=5' }, undefined],
  ['Last-Modified alone: nothing is guessed', { 'last-modified': DATE, date: LATER }, undefined],
  ['an Age alone', { age: '10' }, undefined],
  ['max-age', { 'cache-control': 'public, max-age=600' }, 600],
  ['max-age in capitals and quotes', { 'cache-control': 'Max-Age="600"' }, 600],
  ['max-age beside s-maxage', { 'cache-control': 's-maxage=5, max-age=600' }, 600],
  ['max-age less Age', { 'cache-control': 'max-age=600', age: '100' }, 500],
  ['the first of several Ages', { 'cache-control': 'max-age=600', age: '100, 5' }, 500],
  ['an Age beyond max-age', { 'cache-control': 'max-age=600', age: '700' }, 0],
  ['an Age that is none', { 'cache-control': 'max-age=600', age: 'x' }, 600],
  ['max-age=0', { 'cache-control': 'max-age=0' }, 0],
  ['the least of two max-ages', { 'cache-control': 'max-age=600, max-age=5' }, 5],
  ['a max-age that is none', { 'cache-control': 'max-age=soon' }, 0],
  ['a negative max-age', { 'cache-control': 'max-age=-1' }, 0],
  ['a max-age without a value', { 'cache-control': 'max-age' }, 0],
  ['no-store', { 'cache-control': 'no-store, max-age=600' }, 0],
  ['no-cache', { 'cache-control': 'no-cache' }, 0],
  ['no-cache for one field', { 'cache-control': 'max-age=600, no-cache="set-cookie"' }, 0],
  ['a directive within a quoted string', { 'cache-control': 'x="a, no-store", max-age=600' }, 600],
  ['Expires', { expires: LATER, date: DATE }, 600],
  ['Expires without a Date', { expires: LATER }, 540],
  ['Expires less Age', { expires: LATER, date: DATE, age: '100' }, 500],
  ['Expires beside max-age, which counts', { expires: LATER, date: DATE, 'cache-control': 'max-age=5' }, 5],
  ['Expires that is past', { expires: DATE, date: LATER }, 0],
  ['Expires: 0', { expires: '0', date: DATE }, 0],
  ['Expires that is no HTTP date', { expires: '2099-01-01', date: DATE }, 0],
  ['Expires that is no date', { expires: 'x GMT', date: DATE }, 0],
])('goes by %s', (_, headers, seconds) => {
  const expected = seconds === undefined ? undefined : seconds * 1000;
  expect(freshnessOf(new Headers(headers), NOW)).toBe(expected);
});
