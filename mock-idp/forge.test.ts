import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forgeries, type MockIdp, MockIdpError, startMockIdp } from './index.ts';

let idp: MockIdp;

beforeAll(async () => {
  idp = await startMockIdp();
});
afterAll(() => idp.close());

describe('forging', () => {
  it('gives every form of a forgery under its name', async () => {
    const tokens = await idp.issuer().forge('alg-none-case');
    expect(tokens.length).toBeGreaterThan(1);
    expect(new Set(tokens.map(({ variant }) => variant)).size).toBe(tokens.length);
    for (const { name, token } of tokens) {
      expect(name).toBe('alg-none-case');
      expect(String(decodeProtectedHeader(token).alg).toLowerCase()).toBe('none');
    }
  });

  it('begins with the claims it is given', async () => {
    const [good] = await idp.issuer().forge('jws-control', { claims: { sub: 'user-456', exp: '+1h' } });
    const jwks = createRemoteJWKSet(new URL(idp.issuer().jwksUrl));
    const { payload } = await jwtVerify(String(good?.token), jwks, { issuer: idp.url });
    expect(payload).toMatchObject({ sub: 'user-456', email: 'other@example.com' });
    expect(Number(payload.exp) - Number(payload.iat)).toBe(3600);
  });

  it('leads into a trap that works: the attacker serves the key, and remembers who asked', async () => {
    const [forged] = await idp.issuer().forge('jku-attacker');
    const { jku, kid } = decodeProtectedHeader(String(forged?.token));
    const trap = idp.issuer('attacker');
    const { length } = await trap.journal({ endpoint: 'jwks' });
    const attackerKeys = createRemoteJWKSet(new URL(String(jku)));
    await expect(jwtVerify(String(forged?.token), attackerKeys)).resolves.toBeDefined();
    expect(await trap.journal({ endpoint: 'jwks' })).toHaveLength(length + 1);
    expect((await idp.issuer().keys()).map((key) => key.kid)).not.toContain(kid);
  });

  it('names the nearest forgeries where there is none of that name', async () => {
    await expect(idp.issuer().forge('alg-nne')).rejects.toThrow('nearest: alg-none');
  });

  it('says what is missing where the ring has no second published key', async () => {
    const issuer = idp.issuer('lonely');
    await issuer.changeKeys({ story: 'revoke-all' });
    await expect(issuer.forge('alg-none')).rejects.toThrow('announce one first');
  });

  it.each(forgeries.map(({ name }) => name))(
    '%s is forged or refused in words, whatever the claims',
    async (name) => {
      const odd: readonly Readonly<Record<string, unknown>>[] = [
        { exp: 'x', iat: [], sub: {} },
        { iss: null, aud: null, sub: null, exp: null, iat: null },
        { exp: 1e400, sub: 7, aud: [], iss: 0 },
      ];
      for (const claims of odd) {
        const forged = await idp
          .issuer()
          .forge(name, { claims, header: { kid: 7, alg: null } })
          .catch((error: unknown) => error);
        expect(Array.isArray(forged) || forged instanceof MockIdpError).toBe(true);
      }
    },
  );
});
