import { createLocalJWKSet, createRemoteJWKSet, type JWK, jwtVerify } from 'jose';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  connectMockIdp,
  type IssuerControl,
  type KeyAlgorithm,
  type KeyChange,
  type MockIdp,
  startMockIdp,
} from './index.ts';
import { ALGORITHMS } from './key-algorithms.ts';
import { ODD_KEY_SORTS } from './odd-keys.ts';
import { generateKeyFor } from './signing-key.ts';

let idp: MockIdp;
let made = 0;

beforeAll(async () => {
  idp = await startMockIdp();
});
afterAll(() => idp.close());

const fresh = (): IssuerControl => idp.issuer(`odd-${(made += 1)}`);

async function keySet(issuer: IssuerControl): Promise<readonly JWK[]> {
  return ((await (await fetch(issuer.jwksUrl)).json()) as { keys: JWK[] }).keys;
}

describe('a generated key', () => {
  const algorithms = Object.keys(ALGORITHMS) as KeyAlgorithm[];

  it.each(algorithms.filter((alg) => !alg.startsWith('HS')))(
    'of %s is published, and signs tokens that jose accepts',
    async (alg) => {
      const issuer = idp.issuer('generated');
      const ring = await issuer.changeKeys({ story: 'generate', alg, state: 'active' });
      expect(ring.filter(({ state }) => state === 'active')).toEqual([ring.at(-1)]);
      const { token, header } = await issuer.mint();
      expect(header).toMatchObject({ alg, kid: ring.at(-1)?.kid });
      const { protectedHeader } = await jwtVerify(token, createRemoteJWKSet(new URL(issuer.jwksUrl)));
      expect(protectedHeader.alg).toBe(alg);
      const response = await fetch(`${issuer.issuer}/introspect`, {
        method: 'POST',
        body: new URLSearchParams({ token }),
      });
      expect(await response.json()).toMatchObject({ active: true });
    },
  );

  it('that is a secret is published without it', async () => {
    const issuer = fresh();
    await issuer.changeKeys({ story: 'generate', alg: 'HS256', kid: 'secret' });
    expect((await keySet(issuer)).at(-1)).toEqual({ kty: 'oct', use: 'sig', alg: 'HS256', kid: 'secret' });
    const { header } = await issuer.mint({ key: 'secret' });
    expect(header).toMatchObject({ alg: 'HS256', kid: 'secret' });
  });

  it.each([1024, 3072, 4096] as const)('has a modulus of %i bits', async (bits) => {
    const issuer = idp.issuer('generated');
    const ring = await issuer.changeKeys({ story: 'generate', alg: 'RS256', bits });
    expect(ring.at(-1)?.state).toBe('announced');
    const { n = '' } = (await keySet(issuer)).at(-1) ?? {};
    expect(Buffer.from(n, 'base64url')).toHaveLength(bits / 8);
  });

  it.each<[object, string]>([
    [{ story: 'generate', alg: 'RS255' }, 'did you mean "RS256"?'],
    [{ story: 'generate', alg: 'RS256', bits: 512 }, 'bits:'],
    [{ story: 'generate', alg: 'ES256', bits: 2048 }, 'bits: only an RSA key has them'],
    [{ story: 'generate', alg: 'ES256', kid: 'taken' }, 'A key of this kid is in the ring'],
  ])('is refused as %j', async (change, message) => {
    const issuer = idp.issuer('refusing');
    const kids = (await issuer.keys()).map(({ kid }) => kid);
    if (!kids.includes('taken')) await issuer.changeKeys({ story: 'generate', alg: 'ES256', kid: 'taken' });
    await expect(issuer.changeKeys(change as KeyChange)).rejects.toThrow(message);
  });

  it('that is no RS256 key cannot be what forging starts from', async () => {
    const issuer = fresh();
    await issuer.changeKeys({ story: 'generate', alg: 'ES256', state: 'active' });
    await expect(issuer.forge('alg-none')).rejects.toThrow('Forging needs an active key');
    await issuer.changeKeys({ story: 'generate', alg: 'RS256', bits: 1024, state: 'active' });
    await expect(issuer.forge('alg-none')).rejects.toThrow('Forging needs an active key');
  });
});

describe('an imported key', () => {
  it.each(['RS256', 'ES384', 'EdDSA', 'HS256'] as const)('of %s signs under its own kid', async (alg) => {
    const { privateKey, publicKey } = await generateKeyFor(alg);
    const jwk = { ...privateKey.export({ format: 'jwk' }), kid: `mine-${alg}`, alg };
    const issuer = idp.issuer('imported');
    await issuer.changeKeys({ story: 'import', jwk, state: 'active' });
    const { token, header } = await issuer.mint();
    expect(header).toMatchObject({ alg, kid: `mine-${alg}` });
    const verified = await jwtVerify(token, publicKey);
    expect(verified.protectedHeader.alg).toBe(alg);
    expect(JSON.stringify([await issuer.keys(), await keySet(issuer)])).not.toMatch(/"(?:d|k|p)":/u);
  });

  it('gets the usual algorithm of its type and its thumbprint as kid where it says neither', async () => {
    const { privateKey, kid } = await generateKeyFor('ES512');
    const jwk = privateKey.export({ format: 'jwk' }) as Record<string, unknown>;
    const ring = await fresh().changeKeys({ story: 'import', jwk });
    expect(ring.at(-1)).toMatchObject({ alg: 'ES512', kid });
  });

  it.each<[string, Record<string, unknown>]>([
    ['a public key', { kty: 'RSA', n: 'AQAB', e: 'AQAB' }],
    ['an unknown type', { kty: 'LATTICE' }],
    ['an algorithm of another type', { kty: 'RSA', alg: 'ES256' }],
    ['an unknown algorithm', { kty: 'RSA', alg: 'none' }],
    ['an empty secret', { kty: 'oct', k: '' }],
    ['nothing', {}],
  ])('is refused where it is %s, and nothing of it is told', async (_, jwk) => {
    const change: KeyChange = { story: 'import', jwk: { ...jwk, d: 'sekrit' } };
    const refusal = await idp
      .issuer('refusing')
      .changeKeys(change)
      .catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'invalid_request' });
    expect((refusal as Error).message).toContain('jwk: expected a private JWK');
    expect((refusal as Error).message).not.toContain('sekrit');
  });
});

describe('odd keys', () => {
  it('are served beside the ring, and a client that picks by kid gets along with most', async () => {
    const issuer = fresh();
    const sorts = ODD_KEY_SORTS.filter((sort) => !['null-entry', 'text-entry', 'empty-entry'].includes(sort));
    await issuer.changeKeys({ story: 'odd-keys', sorts, first: true });
    const { token } = await issuer.mint();
    const keys = await keySet(issuer);
    expect(keys).toHaveLength(sorts.length + 2);
    const unambiguous = keys.filter((key, index) => index >= sorts.length || key.kid !== keys.at(-2)?.kid);
    await expect(jwtVerify(token, createLocalJWKSet({ keys: unambiguous }))).resolves.toBeDefined();
  });

  it.each([
    ['rsa-1024', { kty: 'RSA', alg: 'RS256', use: 'sig' }],
    ['ec-p521', { kty: 'EC', crv: 'P-521', alg: 'ES512' }],
    ['ed25519', { kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA' }],
    ['oct', { kty: 'oct', alg: 'HS256' }],
    ['use-enc', { kty: 'RSA', use: 'enc' }],
    ['key-ops-encrypt', { kty: 'RSA', key_ops: ['encrypt'] }],
    ['wrong-alg', { kty: 'RSA', alg: 'ES256' }],
    ['exponent-one', { kty: 'RSA', e: 'AQ' }],
    ['numeric-kid', { kty: 'RSA', kid: 7 }],
  ] as const)('%s is what it says', async (sort, members) => {
    const issuer = idp.issuer('odd');
    await issuer.changeKeys({ story: 'odd-keys', sorts: [sort] });
    expect((await keySet(issuer)).at(-1)).toMatchObject(members);
  });

  it.each(['alg', 'use', 'kid', 'kty', 'n'] as const)('missing-%s lacks that member only', async (member) => {
    const issuer = idp.issuer('odd');
    await issuer.changeKeys({ story: 'odd-keys', sorts: ['rsa-2048', `missing-${member}`] });
    const [whole, odd] = (await keySet(issuer)).slice(-2);
    expect(Object.keys(whole ?? {}).filter((name) => !Object.hasOwn(odd ?? {}, name))).toEqual([member]);
  });

  it('duplicate-kid has the kid that signs, and other key material', async () => {
    const issuer = idp.issuer('odd');
    await issuer.changeKeys({ story: 'odd-keys', sorts: ['duplicate-kid'] });
    const [active, , odd] = await keySet(issuer);
    expect(odd?.kid).toBe(active?.kid);
    expect(odd?.n).not.toBe(active?.n);
  });

  it('come by the hundred, each another', async () => {
    const issuer = (await connectMockIdp(idp.url)).issuer('hundreds');
    await issuer.changeKeys({ story: 'odd-keys', sorts: ['rsa-2048'], count: 500 });
    const keys = await keySet(issuer);
    expect(new Set(keys.map(({ kid, n }) => `${String(kid)} ${String(n)}`)).size).toBe(502);
    await issuer.changeKeys({ story: 'decoys', keys: [] });
    expect(await keySet(issuer)).toHaveLength(2);
  });

  it.each<[object, string]>([
    [{ story: 'odd-keys', sorts: ['rsa-1025'] }, 'did you mean "rsa-1024"?'],
    [{ story: 'odd-keys', sorts: [] }, 'sorts:'],
    [{ story: 'odd-keys', sorts: ['oct', 'oct'], count: 1001 }, 'count: at most 2000 keys in all'],
  ])('are refused as %j', async (change, message) => {
    await expect(idp.issuer('refusing').changeKeys(change as KeyChange)).rejects.toThrow(message);
  });
});

describe('private members of keys that sign', () => {
  const state = fc.constantFrom('announced', 'active', 'passive', 'withdrawn');
  const story: fc.Arbitrary<object> = fc.oneof(
    fc.record({ story: fc.constant('rotate'), overlap: fc.boolean() }),
    fc.constant({ story: 'announce' }),
    fc.constant({ story: 'same-kid' }),
    fc.constant({ story: 'rotate-after', fetches: 1 }),
    fc.record({ story: fc.constant('generate'), alg: fc.constantFrom('ES256', 'EdDSA', 'HS256'), state }),
    fc.record({
      story: fc.constant('edit'),
      members: fc.constantFrom({ use: null }, { kty: 'oct' }, { alg: 'HS256' }, {}),
    }),
  );

  it('are in no answer, whatever has happened to the ring', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(story, { maxLength: 4 }), async (stories) => {
        const issuer = idp.issuer('private');
        for (const each of stories) await issuer.changeKeys(each as KeyChange);
        const answers = await Promise.all(
          ['/.well-known/jwks.json', '/_mock/keys', '/_mock/info', '/_mock/issuers'].map(async (path) =>
            (await fetch(issuer.issuer + path)).text(),
          ),
        );
        for (const answer of answers) expect(answer).not.toMatch(/"(?:d|p|q|dp|dq|qi|oth|k|privateKey)":/u);
      }),
      { numRuns: 15 },
    );
  });
});
