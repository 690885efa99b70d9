import { generateKeyPairSync } from 'node:crypto';
import { createRemoteJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { jwksIn, type MockIdpOptions, resolveMockIdpOptions, startMockIdp } from './index.ts';

/** A private JWK, as a user would make it. */
function privateJwk(): Record<string, unknown> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return privateKey.export({ format: 'jwk' });
}

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth'];

describe('servers that begin with the same keys', () => {
  const signingKeys = [privateJwk(), { ...privateJwk(), kid: 'second' }];
  const options: MockIdpOptions = { signingKeys, issuer: 'https://idp.example' };

  it('serve one key set, without a private member, and each is good for the tokens of the other', async () => {
    await using one = await startMockIdp(options);
    await using other = await startMockIdp(options);
    const sets = await Promise.all(
      [one, other].map(async ({ url }) => (await (await fetch(`${url}/jwks`)).json()) as JSONWebKeySet),
    );
    expect(sets[0]).toEqual(sets[1]);
    expect(sets[0]?.keys.map(({ kid }) => kid)).toEqual([expect.any(String), 'second']);
    for (const key of sets[0]?.keys ?? []) {
      expect(Object.keys(key).filter((member) => PRIVATE_MEMBERS.includes(member))).toEqual([]);
    }
    const { token } = await one.issuer().mint();
    const keySet = createRemoteJWKSet(new URL(`${other.url}/jwks`));
    await expect(jwtVerify(token, keySet, { issuer: 'https://idp.example' })).resolves.toBeDefined();
    for (const { token: forged } of await one.issuer().forge('jws-sig-bitflip-first')) {
      await expect(jwtVerify(forged, keySet)).rejects.toThrow('signature verification failed');
    }
  });

  it('have them again after a reset, and go on alone with what is changed', async () => {
    await using idp = await startMockIdp(options);
    const issuer = idp.issuer();
    const atStart = await issuer.keys();
    expect(atStart.map(({ kid, state }) => [kid === 'second', state])).toEqual([
      [false, 'active'],
      [true, 'announced'],
    ]);
    await issuer.changeKeys({ story: 'revoke-all' });
    await issuer.reset();
    expect(await issuer.keys()).toEqual(atStart);
  });

  it('share none with a named issuer, whose tokens would be good everywhere else', async () => {
    await using idp = await startMockIdp(options);
    const kids = async (name: string): Promise<readonly string[]> =>
      (await idp.issuer(name).keys()).map(({ kid }) => kid);
    const shared = await kids('');
    expect((await kids('tenant')).filter((kid) => shared.includes(kid))).toEqual([]);
  });

  it.each<[string, readonly Record<string, unknown>[], string]>([
    ['a public key', [{ kty: 'RSA', n: 'AQAB', e: 'AQAB' }], 'signingKeys.0: expected a private JWK'],
    [
      'the same key twice',
      [signingKeys[1], signingKeys[1]] as never,
      'signingKeys.1: a key before it has the same kid',
    ],
    ['none', [], 'signingKeys:'],
  ])('cannot begin with %s', async (_, keys, reason) => {
    const refused = startMockIdp({ signingKeys: keys });
    await expect(refused).rejects.toThrow(reason);
    await expect(refused).rejects.toMatchObject({ code: 'invalid_request' });
  });
});

describe('a file of keys', () => {
  const jwk = privateJwk();

  it.each([
    ['a key', JSON.stringify(jwk)],
    ['a set', JSON.stringify({ keys: [jwk] })],
  ])('may hold %s, and so may the environment', (_, text) => {
    expect(jwksIn('keys.json', text)).toEqual([jwk]);
    expect(resolveMockIdpOptions({ env: { MOCK_IDP_SIGNING_KEYS: text } })).toEqual({ signingKeys: [jwk] });
  });

  it.each(['', '[]', '{"keys":[]}', '{"keys":[1]}', `"${String(jwk['d'])}"`, `{"d":"${String(jwk['d'])}"`])(
    'that holds none is refused without a word of what it holds',
    (text) => {
      const refusal = (): unknown => jwksIn('keys.json', text);
      expect(refusal).toThrow('Cannot read the keys in keys.json: expected a private JWK, or a set of them');
      expect(refusal).not.toThrow(String(jwk['d']).slice(0, 8));
    },
  );
});
