import { createHmac, createPublicKey } from 'node:crypto';
import { jwtVerify, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createForgeKit, forged } from '../testing/forge-kit.ts';
import type { ForgeKit } from './forgery.ts';

/*
 * A forgery proves something only if the verifier with the mistake accepts it. Each test here is such a verifier.
 */
const kit: ForgeKit = await createForgeKit();
const { claims } = kit;
// From the key set as served, which is all that a backend has.
const key = createPublicKey({ format: 'jwk', key: kit.jwks.keys[0] as Record<string, string> });

function signingInput(token: string): string {
  return token.slice(0, token.lastIndexOf('.'));
}

describe('a verifier that takes the public key for an HMAC secret accepts', () => {
  const spki = key.export({ type: 'spki', format: 'pem' }).toString();
  const pkcs1 = key.export({ type: 'pkcs1', format: 'pem' }).toString();
  const [jwk] = kit.jwks.keys;
  const n = String(jwk?.['n']);

  it.each<[name: string, variant: string, secret: string | Buffer]>([
    ['alg-hs256-spki-pem', 'with final newline', spki],
    ['alg-hs256-spki-pem', 'without final newline', spki.trim()],
    ['alg-hs256-spki-pem', 'CR LF', spki.split('\n').join('\r\n')],
    ['alg-hs256-spki-pem', 'leading space', ` ${spki}`],
    ['alg-hs256-pkcs1-pem', 'with final newline', pkcs1],
    ['alg-hs256-mutated-pem', 'CR only', spki.split('\n').join('\r')],
    ['alg-hs256-mutated-pem', 'one line', spki.split('\n').join('')],
    [
      'alg-hs256-mutated-pem',
      'byte order mark',
      Buffer.concat([Buffer.from('efbbbf', 'hex'), Buffer.from(spki)]),
    ],
    ['alg-hs256-der', 'SPKI', key.export({ type: 'spki', format: 'der' })],
    ['alg-hs256-der', 'PKCS#1', key.export({ type: 'pkcs1', format: 'der' })],
    ['alg-hs256-jwk-json', 'JWK as served', JSON.stringify(jwk)],
    ['alg-hs256-jwk-json', 'key set', JSON.stringify(kit.jwks)],
    ['alg-hs256-jwk-json', 'list of keys', JSON.stringify(kit.jwks.keys)],
    ['alg-hs256-modulus', 'base64url text', n],
    ['alg-hs256-modulus', 'bytes', Buffer.from(n, 'base64url')],
    ['alg-hs256-empty', 'known kid', ''],
    ['alg-hs256-common-secrets', 'secret', 'secret'],
    ['alg-hs256-common-secrets', 'the kid', String(jwk?.['kid'])],
    ['alg-hs384-hs512', 'HS384, SPKI PEM, with final newline', spki],
    ['alg-hs384-hs512', 'HS512, modulus, base64url text', n],
    ['alg-hs384-hs512', 'HS512, empty', ''],
  ])('%s: %s', async (name, variant, secret) => {
    const token = (await forged(name, kit))[variant] ?? '';
    const hash = /HS384|HS512/.exec(variant)?.[0].replace('HS', 'sha') ?? 'sha256';
    const mac = createHmac(hash, secret).update(signingInput(token)).digest('base64url');
    expect(token.slice(token.lastIndexOf('.') + 1)).toBe(mac);
  });
});

describe('a verifier that compares alg loosely accepts', () => {
  it.each<[name: string, read: (alg: string) => string, as: string]>([
    ['alg-none-case', (alg) => alg.toLowerCase(), 'none'],
    ['alg-case', (alg) => alg.toUpperCase(), 'RS256'],
    ['alg-padded', trimmed, 'RS256'],
  ])('%s, when it normalises it first', async (name, read, as) => {
    const algorithms = Object.values(await forged(name, kit)).map(algOf);
    expect(new Set(algorithms.map(read))).toEqual(new Set([as]));
    expect(algorithms).not.toContain(as);
  });

  it('alg-none-variants, when it forbids none in the text and trims the value', async () => {
    const { escaped = '', ...blanks } = await forged('alg-none-variants', kit);
    const algorithms = Object.values(blanks).map(algOf);
    expect(new Set(algorithms.map(trimmed))).toEqual(new Set(['none']));
    expect(algorithms).not.toContain('none');
    expect(algOf(escaped)).toBe('none');
    expect(Buffer.from(escaped.split('.')[0] ?? '', 'base64url').toString()).not.toContain('none');
  });

  it('alg-wrong-type, when it asks a list whether it contains RS256', async () => {
    const algorithms: readonly unknown[] = Object.values(await forged('alg-wrong-type', kit)).map(algOf);
    expect(algorithms.filter((alg) => typeof alg === 'string')).toEqual([]);
    expect(algorithms).toContainEqual(['RS256']);
  });
});

function algOf(token: string): string {
  const header = Buffer.from(token.split('.')[0] ?? '', 'base64url').toString();
  return (JSON.parse(header) as { alg: string }).alg;
}

function trimmed(alg: string): string {
  return alg.replaceAll('\0', ' ').trim();
}

describe('a verifier that allows more than RS256 accepts', () => {
  it.each([
    ['alg-rs384-rs512', 'RS384', 'RS384'],
    ['alg-rs384-rs512', 'RS512', 'RS512'],
    ['alg-ps256', '', 'PS256'],
  ])('%s %s', async (name, variant, algorithm) => {
    const token = (await forged(name, kit))[variant] ?? '';
    await expect(jwtVerify(token, key, { algorithms: [algorithm] })).resolves.toMatchObject({
      payload: claims,
    });
  });

  it('alg-none, when it allows unsecured tokens', async () => {
    for (const token of Object.values(await forged('alg-none', kit))) {
      expect(UnsecuredJWT.decode(token).payload).toEqual(claims);
    }
  });
});
