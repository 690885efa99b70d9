import { describe, expect, it } from 'vitest';
import type { OpenApiDocument, OperationObject } from './document.ts';
import { guardOf } from './security.ts';

const at = { source: 'api.yaml', place: 'paths./me.get' };
const schemes = {
  bearer: { type: 'http', scheme: 'bearer' },
  capitals: { type: 'http', scheme: 'BEARER' },
  oidc: { type: 'openIdConnect' },
  oauth: { type: 'oauth2' },
  basic: { type: 'http', scheme: 'basic' },
  key: { type: 'apiKey' },
  tls: { type: 'mutualTLS' },
};

type Security = NonNullable<OperationObject['security']>;

function guard(own: Security | undefined, ofDocument?: Security): ReturnType<typeof guardOf> {
  const document: OpenApiDocument = {
    openapi: '3.1.0',
    info: { title: 'T', version: '1' },
    components: { securitySchemes: schemes },
    ...(ofDocument && { security: ofDocument }),
  };
  return guardOf(own === undefined ? {} : { security: own }, document, at);
}

const token = (...names: readonly string[]): object => ({
  kind: 'token',
  security: names.map((scheme) => ({ scheme, scopes: [] })),
});

describe('guardOf', () => {
  it.each(['bearer', 'capitals', 'oidc', 'oauth'])('counts %s as a token', (name) => {
    expect(guard([{ [name]: [] }])).toEqual(token(name));
  });

  it.each(['basic', 'key', 'tls'])('counts %s as other credentials', (name) => {
    expect(guard([{ [name]: [] }])).toEqual({ kind: 'other' });
  });

  it('takes the security of the document where the operation has none of its own', () => {
    expect(guard(undefined, [{ bearer: [] }])).toEqual(token('bearer'));
    expect(guard([{ oidc: [] }], [{ bearer: [] }])).toEqual(token('oidc'));
    expect(guard([], [{ bearer: [] }])).toEqual({ kind: 'open' });
    expect(guard(undefined)).toEqual({ kind: 'open' });
  });

  it('finds an operation open that has an alternative without credentials', () => {
    expect(guard([{ bearer: [] }, {}])).toEqual({ kind: 'open' });
    expect(guard([{}, { key: [] }])).toEqual({ kind: 'open' });
  });

  it('lists the tokens among alternatives and among schemes demanded together', () => {
    expect(guard([{ key: [] }, { oauth: [] }, { bearer: [] }])).toEqual(token('oauth', 'bearer'));
    expect(guard([{ key: [], bearer: [] }])).toEqual(token('bearer'));
  });

  it('keeps the scopes', () => {
    const scopes = ['tasks:read', 'tasks:write'];
    expect(guard([{ oauth: scopes }])).toEqual({ kind: 'token', security: [{ scheme: 'oauth', scopes }] });
  });
});
