import { createHash, verify } from 'node:crypto';
import { gunzipSync, inflateSync } from 'node:zlib';
import { compactDecrypt, compactVerify, decodeJwt, flattenedVerify, generalVerify } from 'jose';
import type { FlattenedJWSInput, GeneralJWSInput } from 'jose';
import { describe, expect, it } from 'vitest';
import { createForgeKit, forged } from '../testing/forge-kit.ts';
import { recoveredBlock } from '../testing/strict-verifier.ts';
import type { ForgeKit } from './forgery.ts';

/*
 * A forgery proves something only if the verifier with the mistake accepts it. Each test here is such a verifier.
 */
const kit: ForgeKit = await createForgeKit();
const { active, attacker, claims } = kit;
const key = active.publicKey;

function signingInput(token: string): string {
  return token.slice(0, token.lastIndexOf('.'));
}

function claimsOf(token: string): unknown {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64').toString());
}

describe('a verifier that decodes base64 leniently accepts', () => {
  it.each([
    'jws-padding-header',
    'jws-padding-payload',
    'jws-padding-signature',
    'jws-std-alphabet',
    'jws-illegal-chars',
    'jws-tilde-b64token',
    'jws-trailing-bits-sig',
    'jws-trailing-bits-payload',
  ])('%s', async (name) => {
    for (const token of Object.values(await forged(name, kit))) {
      const signature = Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64');
      expect(verify('sha256', Buffer.from(signingInput(token)), key, signature)).toBe(true);
      expect(claimsOf(token)).toMatchObject(claims);
    }
  });

  it('jws-padding-header and jws-padding-payload, when it insists on whole groups of four', async () => {
    const headers = Object.values(await forged('jws-padding-header', kit)).map(
      (token) => token.split('.')[0],
    );
    const payloads = Object.values(await forged('jws-padding-payload', kit)).map(
      (token) => token.split('.')[1],
    );
    for (const segments of [headers, payloads]) {
      expect(segments.map((segment = '') => segment.length % 4)).toEqual([0, 0]);
      expect(segments.map((segment = '') => segment.replaceAll(/[^=]/g, ''))).toEqual(['=', '==']);
    }
  });

  it('jws-len-mod-1, when it drops the odd character of the payload', async () => {
    const { payload = '' } = await forged('jws-len-mod-1', kit);
    expect(payload.split('.')[1]?.length).toSatisfy((length: number) => length % 4 === 1);
    expect(claimsOf(payload)).toMatchObject(claims);
  });
});

describe('a verifier that reads the signature block loosely accepts', () => {
  const sha256 = (token: string): Buffer => createHash('sha256').update(signingInput(token)).digest();

  it.each([
    // What stands before the hash: the elements of the DigestInfo, or the padding that is not compared.
    ['jws-pkcs1-missing-null', '', '00302f300b0609608648016503040201' + '0420'],
    ['jws-pkcs1-ber-length', 'of the whole', '00308131300d060960864801650304020105000420'],
    ['jws-pkcs1-ber-length', 'of the algorithm', '00303230810d060960864801650304020105000420'],
    ['jws-pkcs1-ber-length', 'of the hash', '003032300d06096086480165030402010500048120'],
    ['jws-pkcs1-block-type-2', 'block type 2', 'a5003031300d060960864801650304020105000420'],
    ['jws-pkcs1-block-type-2', 'block type 0', '00003031300d060960864801650304020105000420'],
    ['jws-pkcs1-block-type-2', 'other padding bytes', 'a5003031300d060960864801650304020105000420'],
  ])('%s %s, when it compares the hash at the end alone', async (name, variant, before) => {
    const token = (await forged(name, kit))[variant] ?? '';
    const block = recoveredBlock(token, kit).toString('hex');
    expect(block).toHaveLength(512);
    expect(block.endsWith(before + sha256(token).toString('hex'))).toBe(true);
  });

  it('jws-pkcs1-trailing-garbage, when it stops after the hash', async () => {
    const { '': token = '' } = await forged('jws-pkcs1-trailing-garbage', kit);
    const start = Buffer.from(`0001${'ff'.repeat(8)}003031300d060960864801650304020105000420`, 'hex');
    expect(recoveredBlock(token, kit).subarray(0, 62)).toEqual(
      Buffer.concat([start, sha256(token)]).subarray(0, 62),
    );
  });

  it.each([
    ['jws-pkcs1-sha1-digestinfo', 'sha1'],
    ['jws-pkcs1-sha512-digestinfo', 'sha512'],
  ])('%s, when it takes the hash from the signature', async (name, hash) => {
    const { '': token = '' } = await forged(name, kit);
    const signature = Buffer.from(token.split('.')[2] ?? '', 'base64url');
    expect(verify(hash, Buffer.from(signingInput(token)), key, signature)).toBe(true);
  });

  it('jws-sig-unreduced, when it reduces the number first', async () => {
    const { '': token = '' } = await forged('jws-sig-unreduced', kit);
    const number = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString('hex')}`);
    const modulus = number(Buffer.from(String(kit.jwks.keys[0]?.['n']), 'base64url'));
    const signature = number(Buffer.from(token.split('.')[2] ?? '', 'base64url'));
    expect(signature > modulus).toBe(true);
    const reduced = Buffer.from((signature % modulus).toString(16).padStart(512, '0'), 'hex');
    expect(verify('sha256', Buffer.from(signingInput(token)), key, reduced)).toBe(true);
  });
});

describe('a verifier that knows more than compact JWS accepts', () => {
  it.each(['jwe-compact', 'jwe-wrapped-none'])('%s, when it decrypts', async (name) => {
    for (const token of Object.values(await forged(name, kit))) {
      const { plaintext } = await compactDecrypt(token, active.privateKey);
      const text = Buffer.from(plaintext).toString();
      expect(name === 'jwe-compact' ? JSON.parse(text) : decodeJwt(text)).toEqual(claims);
    }
  });

  it('jwe-dir-symmetric, when it decrypts with what it has', async () => {
    const { zeros = '' } = await forged('jwe-dir-symmetric', kit);
    const { plaintext } = await compactDecrypt(zeros, new Uint8Array(32));
    expect(JSON.parse(Buffer.from(plaintext).toString())).toEqual(claims);
  });

  it('jwt-nested-jws, when it unwraps the payload', async () => {
    for (const token of Object.values(await forged('jwt-nested-jws', kit))) {
      const { payload, protectedHeader } = await compactVerify(token, key);
      expect(protectedHeader.cty).toBe('JWT');
      expect(decodeJwt(Buffer.from(payload).toString())).toEqual(claims);
    }
  });

  it('jws-flattened-json and jws-general-json-two-sigs, when it reads JSON', async () => {
    const { '': flattened = '' } = await forged('jws-flattened-json', kit);
    await flattenedVerify(JSON.parse(flattened) as FlattenedJWSInput, key);
    for (const general of Object.values(await forged('jws-general-json-two-sigs', kit))) {
      await generalVerify(JSON.parse(general) as GeneralJWSInput, key);
      await generalVerify(JSON.parse(general) as GeneralJWSInput, attacker.publicKey);
    }
    expect(flattened).not.toContain('.');
  });

  it('jws-format-confusion, when it reads other claims than it verified', async () => {
    const { '': token = '' } = await forged('jws-format-confusion', kit);
    const { payload } = await flattenedVerify(JSON.parse(token) as FlattenedJWSInput, key);
    expect(JSON.parse(Buffer.from(payload).toString())).toEqual(claims);
    expect(token.split('.')).toHaveLength(3);
    expect(claimsOf(token)).toEqual({ ...claims, sub: kit.otherSub });
  });

  it('jws-detached-body, when it takes the request body for the payload', async () => {
    const body = JSON.stringify(claims);
    const tokens = await forged('jws-detached-body', kit);
    const detached = (token = ''): { header: string; signature: string } => {
      const [header = '', , signature = ''] = token.split('.');
      return { header, signature };
    };
    const encoded = detached(tokens['encoded payload']);
    const payload = Buffer.from(body).toString('base64url');
    await flattenedVerify({ protected: encoded.header, payload, signature: encoded.signature }, key);
    const raw = detached(tokens['unencoded payload']);
    await flattenedVerify({ protected: raw.header, payload: body, signature: raw.signature }, key);
    expect(encoded.header).not.toBe(raw.header);
  });

  it('jws-gzip-segments and jws-payload-utf16, when it sniffs the encoding', async () => {
    const { gzip = '', zlib = '' } = await forged('jws-gzip-segments', kit);
    const bytes = (token: string): Buffer => Buffer.from(token.split('.')[1] ?? '', 'base64url');
    expect(JSON.parse(gunzipSync(bytes(gzip)).toString())).toEqual(claims);
    expect(JSON.parse(inflateSync(bytes(zlib)).toString())).toEqual(claims);
    const { 'little-endian': little = '', 'big-endian': big = '' } = await forged('jws-payload-utf16', kit);
    expect(JSON.parse(bytes(little).toString('utf16le'))).toEqual(claims);
    expect(JSON.parse(bytes(big).swap16().toString('utf16le'))).toEqual(claims);
  });
});
