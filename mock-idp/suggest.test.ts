import { describe, expect, it } from 'vitest';
import { didYouMean, nearest } from './suggest.ts';

const known = ['alg-none', 'alg-none-mixed-case', 'expired', 'no-exp'];

describe('a suggestion', () => {
  it.each([
    ['alg-nne', ['alg-none']],
    ['EXPIRED', ['expired']],
    ['noexp', ['no-exp']],
    ['something else entirely', []],
    ['', []],
  ])('for %j is %j', (typed, expected) => {
    expect(nearest(typed, known)).toEqual(expected);
  });

  it('says nothing where nothing is near', () => {
    expect(didYouMean('alg-nne', known)).toBe('; did you mean "alg-none"?');
    expect(didYouMean('zzzzzzzzzzzz', known)).toBe('');
  });
});
