import { createDecipheriv, createHmac, createPublicKey, verify, X509Certificate } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { posix } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { createForgeKit, forged } from '../testing/forge-kit.ts';
import type { ForgeKit } from './forgery.ts';

/*
 * A forgery proves something only if the verifier with the mistake accepts it. Each test here is such a verifier.
 */
const kit: ForgeKit = await createForgeKit();
const { active, claims, header } = kit;
const issuer = String(claims['iss']);
const audience = String(claims['aud']);

async function tokens(name: string, from: ForgeKit = kit): Promise<readonly string[]> {
  const found = Object.values(await forged(name, from));
  expect(found).not.toEqual([]);
  return found;
}

function headerOf(token: string): Record<string, unknown> {
  return decodeProtectedHeader(token);
}

function claimsOf(token: string): Record<string, unknown> {
  return decodeJwt(token);
}

async function expectVerified(token: string, key: KeyObject): Promise<void> {
  await expect(jwtVerify(token, key, { issuer, audience })).resolves.toMatchObject({ payload: claims });
}

function hmac(token: string, secret: string | Uint8Array): string {
  return createHmac('sha256', secret)
    .update(token.slice(0, token.lastIndexOf('.')))
    .digest('base64url');
}

describe('a verifier that trusts what the header brings along accepts', () => {
  it('jwk-embedded-attacker, when it verifies with jwk', async () => {
    for (const token of await tokens('jwk-embedded-attacker')) {
      const jwk = headerOf(token)['jwk'] as JsonWebKey;
      expect(jwk).not.toHaveProperty('d');
      await expectVerified(token, createPublicKey({ key: jwk, format: 'jwk' }));
    }
  });

  it('jwk-embedded-oct, when it takes symmetric keys as well', async () => {
    for (const token of await tokens('jwk-embedded-oct')) {
      const { k } = headerOf(token)['jwk'] as { k: string };
      expect(token.split('.')[2]).toBe(hmac(token, Buffer.from(k, 'base64url')));
    }
  });

  it('x5c-attacker, when it takes the certificate for the anchor', async () => {
    for (const token of await tokens('x5c-attacker')) {
      const [first = ''] = headerOf(token)['x5c'] as string[];
      const certificate = new X509Certificate(Buffer.from(first, 'base64'));
      await expectVerified(token, certificate.publicKey);
    }
  });

  it('jku-nonhttp, when its fetcher knows more schemes', async () => {
    const { 'the key set itself': token = '' } = await forged('jku-nonhttp', kit);
    const set = (await (await fetch(String(headerOf(token)['jku']))).json()) as {
      keys: readonly JsonWebKey[];
    };
    await expectVerified(token, createPublicKey({ key: set.keys[0] as JsonWebKey, format: 'jwk' }));
  });

  it.each(['', '/realms/one'])(
    'jku-allowlist-tricks, when it looks at a part of the URL (issuer %s)',
    async (path) => {
      const trusted = `http://127.0.0.1:4000${path}`;
      const tricks = await forged('jku-allowlist-tricks', { ...kit, claims: { ...claims, iss: trusted } });
      const attackerUrl = new URL(kit.attackerJwksUrl);
      const leading = ['user information', 'fragment', 'query', 'dot segments', 'encoded dot segments'];
      for (const variant of leading) {
        const jku = String(headerOf(tricks[variant] ?? '')['jku']);
        expect(jku).toContain(variant === 'user information' ? new URL(trusted).origin : trusted);
        expect(new URL(jku)).toMatchObject({
          host: attackerUrl.host,
          pathname: attackerUrl.pathname,
        });
      }
      expect(Object.keys(tricks)).toEqual([
        'user information',
        'fragment',
        'query',
        'backslash',
        'dot segments',
        'encoded dot segments',
        'open redirect',
        'subdomain',
      ]);
    },
  );

  it('hdr-claims-not-authoritative, when it merges header and payload', async () => {
    for (const token of await tokens('hdr-claims-not-authoritative')) {
      expect({ ...headerOf(token), ...claimsOf(token) }).toMatchObject(claims);
    }
  });

  it('hdr-replicated-claims as somebody else, when the header wins', async () => {
    const { sub = '' } = await forged('hdr-replicated-claims', kit);
    expect({ ...claimsOf(sub), ...headerOf(sub) }['sub']).toBe(kit.otherSub);
  });

  it('b64-false-crit-raw, when it knows RFC 7797', async () => {
    const { '': token = '' } = await forged('b64-false-crit-raw', kit);
    const [, payload = '', signature = '', ...more] = token.split('.');
    expect(more).toEqual([]);
    expect(JSON.parse(payload)).toEqual(claims);
    const input = Buffer.from(token.slice(0, token.lastIndexOf('.')));
    expect(verify('sha256', input, active.publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
  });
});

describe('a verifier that looks kid up carelessly accepts', () => {
  it('kid-path-traversal, when kid names a file', async () => {
    const variants = await forged('kid-path-traversal', kit);
    for (const variant of ['RS256, same folder', 'RS256, there and back']) {
      expect(posix.join('/keys', String(headerOf(variants[variant] ?? '')['kid']))).toBe(
        `/keys/${active.kid}`,
      );
    }
    for (const variant of ['relative', 'absolute', 'Windows'].map((path) => `HS256, empty device, ${path}`)) {
      expect(variants[variant]?.split('.')[2]).toBe(hmac(variants[variant] ?? '', ''));
    }
  });

  it('kid-sqli, when kid becomes part of a query', async () => {
    const { 'HS256, selected secret': token = '' } = await forged('kid-sqli', kit);
    expect(token.split('.')[2]).toBe(hmac(token, '1'));
  });

  it('kid-case, when it folds capitals', async () => {
    const { '': token = '' } = await forged('kid-case', kit);
    expect(String(headerOf(token)['kid']).toLowerCase()).toBe(active.kid.toLowerCase());
  });

  it('kid-url, when it opens kid', async () => {
    const { 'key set in the URL': token = '' } = await forged('kid-url', kit);
    const response = await fetch(String(headerOf(token)['kid']));
    const { keys } = (await response.json()) as { keys: readonly JsonWebKey[] };
    await expectVerified(token, createPublicKey({ key: keys[0] as JsonWebKey, format: 'jwk' }));
  });
});

describe('a verifier that does all a token asks for', () => {
  it('derives a key in 2^31 - 1 rounds for jwe-p2c-bomb', async () => {
    const { '': token = '' } = await forged('jwe-p2c-bomb', kit);
    expect(headerOf(token)).toMatchObject({ ...header, alg: 'PBES2-HS256+A128KW', p2c: 2 ** 31 - 1 });
    // 128-bit key wrapped by AES-KW for A128CBC-HS256: 32 bytes and 8 more; iv and tag of 16 (RFC 7518 §4.4, §5.2.3).
    const lengths = token.split('.').map((part) => Buffer.from(part, 'base64url').length);
    expect(lengths.slice(1)).toEqual([40, 16, 256, 16]);
  });

  it('inflates four megabytes for jwe-zip-bomb, when it takes an all-zero key', async () => {
    const { '': token = '' } = await forged('jwe-zip-bomb', kit);
    const [aad = '', key = '', iv = '', ciphertext = '', tag = ''] = token.split('.');
    const decipher = createDecipheriv('aes-256-gcm', Buffer.alloc(32), Buffer.from(iv, 'base64url'));
    decipher.setAAD(Buffer.from(aad)).setAuthTag(Buffer.from(tag, 'base64url'));
    const deflated = Buffer.concat([decipher.update(ciphertext, 'base64url'), decipher.final()]);
    expect([key, deflated.length < 5_000]).toEqual(['', true]);
    expect(inflateRawSync(deflated)).toHaveLength(4 * 1_024 * 1_024);
  });
});
