import { describe, expect, it } from 'vitest';
import { exampleOf } from './example.ts';

describe('exampleOf', () => {
  it.each([
    ['the example beside the schema', { example: 0, examples: { one: { value: 1 } } }, { examples: [2] }, 0],
    ['the first of several', { examples: { external: {}, one: { value: 1 } } }, { examples: [2] }, 1],
    ['the example of the schema', {}, { examples: [2], default: 3 }, 2],
    ['its default', {}, { default: 3, const: 4 }, 3],
    ['its only value', {}, { const: 4, enum: [5] }, 4],
    ['the first of its values', {}, { enum: [5, 6] }, 5],
    ['nothing that the document does not give', {}, { type: 'string', minLength: 1 }, undefined],
    ['nothing for a schema without words', {}, true, undefined],
  ])('gives %s', (_, media, schema, expected) => {
    expect(exampleOf(media, schema)).toBe(expected);
  });
});
