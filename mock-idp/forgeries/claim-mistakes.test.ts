import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { createForgeKit, forged } from '../testing/forge-kit.ts';
import type { ForgeKit } from './forgery.ts';

/*
 * A forgery proves something only if the verifier with the mistake accepts it. Each test here is such a verifier.
 */
const kit: ForgeKit = await createForgeKit();
const { claims } = kit;
const issuer = String(claims['iss']);
const audience = String(claims['aud']);

function claimsOf(token = ''): Record<string, unknown> {
  return decodeJwt(token);
}

describe('a verifier that compares loosely accepts', () => {
  const normalised = (url: string): string => new URL(url).href;

  it.each(['https://login.example.com/realms/One', 'http://127.0.0.1:4000', 'https://[::1]:8443/a'])(
    'iss-case, iss-scheme-port and iss-trailing-slash, when it compares URLs (issuer %s)',
    async (iss) => {
      const from = { ...kit, claims: { ...claims, iss } };
      const { scheme, host = scheme } = await forged('iss-case', from);
      const { 'same port': port } = await forged('iss-scheme-port', from);
      for (const token of [scheme, host, port]) {
        const found = String(claimsOf(token)['iss']);
        expect(found).not.toBe(iss);
        expect(normalised(found)).toBe(normalised(iss));
      }
      const { 'one more': slash = '' } = await forged('iss-trailing-slash', from);
      expect(String(claimsOf(slash)['iss']).replace(/\/$/, '')).toBe(iss);
    },
  );

  it('iss-trailing-slash without its slash, where the issuer ends with one', async () => {
    const from = { ...kit, claims: { ...claims, iss: 'https://tenant.example.com/' } };
    const { 'one less': token = '' } = await forged('iss-trailing-slash', from);
    expect(claimsOf(token)['iss']).toBe('https://tenant.example.com');
  });

  it('iss-whitespace-unicode, when it trims or folds', async () => {
    const variants = await forged('iss-whitespace-unicode', kit);
    const iss = (variant: string): string => String(claimsOf(variants[variant])['iss']);
    expect(iss('blank before').trim()).toBe(issuer);
    expect(iss('full-width letter').normalize('NFKC')).toBe(issuer);
    expect(iss('Cyrillic letter').normalize('NFKC')).not.toBe(issuer);
  });

  it('iss-prefix-suffix, when it looks for a part', async () => {
    for (const token of Object.values(await forged('iss-prefix-suffix', kit))) {
      const iss = String(claimsOf(token)['iss']);
      expect(issuer.includes(iss) || iss.includes(issuer)).toBe(true);
    }
  });

  it('aud-wildcard-regex, when it takes aud for a pattern', async () => {
    for (const variant of ['any text', 'anchored']) {
      const { [variant]: token = '' } = await forged('aud-wildcard-regex', kit);
      expect(audience).toMatch(new RegExp(String(claimsOf(token)['aud'])));
    }
  });

  it('the text of another subject, when it trims, folds, normalises, converts or cuts', async () => {
    const sub = async (name: string): Promise<readonly string[]> =>
      Object.values(await forged(name, kit)).map((token) => String(claimsOf(token)['sub']));
    const own = String(claims['sub']);
    expect((await sub('sub-whitespace')).filter((text) => text.trim() === own)).toHaveLength(3);
    expect((await sub('sub-case')).map((text) => text.toLowerCase())).toEqual([own]);
    expect(new Set((await sub('sub-unicode-normal-form')).map((text) => text.normalize()))).toHaveLength(1);
    expect(new Set((await sub('sub-numeric-lookalike')).map(Number))).toEqual(new Set([1]));
    expect((await sub('sub-nul')).map((text) => text.split('\0')[0])).toEqual([own, kit.otherSub]);
    const paths = (await sub('sub-path-chars')).map((text) => new URL(`http://api/${text}`).pathname);
    expect(paths.filter((path) => path === `/${kit.otherSub}`)).toHaveLength(3);
  });

  it('leaves out what would be a good token: capitals of an audience without letters', async () => {
    const variants = await forged('aud-case-slash', { ...kit, claims: { ...claims, aud: '4711' } });
    expect(Object.keys(variants)).toEqual(['slash', 'blank']);
  });
});

describe('the bounds of time', () => {
  const at = async (name: string, claim: string, leeway: number): Promise<readonly number[]> =>
    Object.values(await forged(name, { ...kit, leeway })).map(
      (token) => Number(claimsOf(token)[claim]) - kit.now,
    );

  it.each([0, 5, 60])('lie on both sides of a leeway of %s s', async (leeway) => {
    expect(await at('exp-just-past', 'exp', leeway)).toEqual([-leeway - 2]);
    expect(await at('exp-equal-now', 'exp', leeway)).toEqual([0 - leeway]);
    expect(await at('exp-within-leeway', 'exp', leeway)).toEqual(leeway === 0 ? [] : [3 - leeway]);
    expect(await at('nbf-future', 'nbf', leeway)).toEqual([leeway + 10, leeway + 60]);
    expect(await at('nbf-within-leeway', 'nbf', leeway)).toEqual(
      leeway === 0 ? [] : [Math.floor(leeway / 2)],
    );
    expect(await at('iat-slight-future', 'iat', leeway)).toEqual(leeway === 0 ? [] : [1]);
  });
});

it('names the claim where there is nothing to start from', async () => {
  const without = { ...kit, claims: { ...claims, aud: undefined } };
  await expect(forged('aud-substring', without)).rejects.toThrow('leave "aud" out of them');
});
