import { describe, expect, it } from 'vitest';
import { loadContract } from './load-contract.ts';
import { faultOf } from './testing/fault.ts';
import { smallContract } from './testing/scratch.ts';
import { serveDocuments } from './testing/serve.ts';

const parts = { answers: { 200: { description: 'Fine' } } };
const referring = (ref: string): unknown =>
  smallContract({ paths: { '/me': { get: { responses: { $ref: ref } } } } });

describe('a document at a URL', () => {
  it('is read, with references to its own origin', async () => {
    await using server = await serveDocuments({
      '/api/openapi.json': referring('parts.json#/answers'),
      '/api/parts.json': parts,
    });
    const url = `${server.origin}/api/openapi.json`;
    const { operations, source } = await loadContract(url);
    expect(source).toBe(url);
    expect(Object.keys(operations[0]?.responses ?? {})).toEqual(['200']);
  });

  it.each([
    ['a file', () => 'file:///other/parts.json'],
    ['another host', () => 'https://example.com/parts.json'],
    ['another port', (origin: string) => origin.replace(/\d+$/, '1') + '/parts.json'],
    ['another scheme', (origin: string) => origin.replace('http:', 'https:') + '/parts.json'],
  ])('refers not to %s', async (_, refer) => {
    const documents: Record<string, unknown> = {};
    await using server = await serveDocuments(documents);
    const ref = refer(server.origin);
    documents['/openapi.json'] = referring(ref);
    const { code, message } = await faultOf(`${server.origin}/openapi.json`);
    expect(code).toBe('unresolved_reference');
    expect(message).toContain(
      `"${ref}" is not followed; a reference leads to documents of ${server.origin} only`,
    );
  });

  it('refers to no other origin through its parts, either', async () => {
    await using elsewhere = await serveDocuments({ '/parts.json': parts });
    await using server = await serveDocuments({
      '/openapi.json': referring('detour.json#/answers'),
      '/detour.json': { answers: { $ref: `${elsewhere.origin}/parts.json#/answers` } },
    });
    expect(await faultOf(`${server.origin}/openapi.json`)).toMatchObject({ code: 'unresolved_reference' });
  });

  it('is named where it cannot be had', async () => {
    await using server = await serveDocuments({});
    expect(await faultOf(new URL(server.origin))).toEqual({
      code: 'unreadable',
      message: `${server.origin}/: cannot be fetched: the server answers 404`,
    });
    const { code, message } = await faultOf('http://127.0.0.1:1/openapi.json');
    expect(code).toBe('unreadable');
    expect(message).toMatch(/^http:\/\/127\.0\.0\.1:1\/openapi\.json: cannot be fetched: ./);
  });

  it('never shows a password', async () => {
    const { code, message } = await faultOf('https://ada:s3cret@example.com/openapi.json');
    expect(code).toBe('unreadable');
    expect(message).not.toContain('s3cret');
  });
});
