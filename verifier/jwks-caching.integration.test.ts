import { expect, test } from 'vitest';
import { startMockIdp } from '../mock-idp/index.ts';
import type { IssuerControl } from '../mock-idp/index.ts';
import type { Verifier, VerifierOptions } from './contract.ts';
import { judge } from './testing/verifier.ts';
import { createVerifier } from './verify.ts';

/** The headers of the mock identity provider, with times so short that the refresh comes by itself. */
function create(issuer: IssuerControl, options: Partial<VerifierOptions> = {}): Verifier {
  return createVerifier({
    issuer: issuer.issuer,
    audience: issuer.audience,
    jwksUrl: issuer.jwksUrl,
    algorithms: ['RS256'],
    cooldown: 0.2,
    ...options,
  });
}

test('refuses a withdrawn key within the max-age of the issuer, though the TTL is an hour', async () => {
  await using idp = await startMockIdp();
  const issuer = idp.issuer();
  await issuer.configure({ caching: { jwks: { cacheControl: 'max-age=1' } } });
  await using verifier = create(issuer);
  await verifier.warm();
  const { token } = await issuer.mint();
  expect(await judge(verifier, token)).toBe('accepted');
  await issuer.changeKeys({ story: 'rotate', overlap: false });
  await expect.poll(() => judge(verifier, token), { timeout: 10_000 }).toBe('invalid_token: unknown-kid');
});

test('sends the entity tag with each refresh, gets 304, and learns of a rotation all the same', async () => {
  await using idp = await startMockIdp();
  const issuer = idp.issuer();
  await issuer.configure({ caching: { jwks: { cacheControl: 'no-cache', etag: true } } });
  await using verifier = create(issuer);
  await verifier.warm();
  await issuer.waitFor({ endpoint: 'jwks', count: 3, timeoutMs: 10_000 });
  const [first, ...later] = await issuer.journal({ endpoint: 'jwks' });
  expect([first?.status, first?.headers['if-none-match']]).toEqual([200, undefined]);
  for (const { status, headers } of later) {
    expect([status, headers['if-none-match']]).toEqual([304, expect.stringMatching(/^"/)]);
  }
  expect(await judge(verifier, (await issuer.mint()).token)).toBe('accepted');
  await issuer.changeKeys({ story: 'rotate' });
  expect(await judge(verifier, (await issuer.mint()).token)).toBe('accepted');
});

test('makes no fetch of a request, whatever the issuer says of caching', async () => {
  await using idp = await startMockIdp();
  const issuer = idp.issuer();
  await issuer.configure({ caching: { jwks: { cacheControl: 'no-store, max-age=0', expires: '-1h' } } });
  await using verifier = create(issuer, { cooldown: 30, tokenCache: false });
  await verifier.warm();
  for (let times = 0; times < 50; times += 1) {
    expect(await judge(verifier, (await issuer.mint()).token)).toBe('accepted');
  }
  expect(await issuer.journal({ endpoint: 'jwks' })).toHaveLength(1);
});
