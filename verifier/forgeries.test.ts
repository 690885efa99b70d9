import { afterAll, beforeAll, expect, test } from 'vitest';
import { forgeries, startMockIdp } from '../mock-idp/index.ts';
import type { MockIdp } from '../mock-idp/index.ts';
import type { Verifier } from './contract.ts';
import { judge } from './testing/verifier.ts';
import { createVerifier } from './verify.ts';

let idp: MockIdp;
let verifier: Verifier;
beforeAll(async () => {
  idp = await startMockIdp();
  const { issuer, audience, jwksUrl } = idp.issuer();
  verifier = createVerifier({ issuer, audience, jwksUrl, algorithms: ['RS256'], cooldown: 3600 });
  await verifier.warm();
});
afterAll(async () => {
  await verifier[Symbol.asyncDispose]();
  await idp[Symbol.asyncDispose]();
});

/** What each verdict of a forgery means to a verifier. */
const EXPECTED = {
  refuse: /^invalid_token: /,
  expire: /^token_expired: expired$/,
  accept: /^accepted$/,
  either: /^(accepted$|invalid_token: |token_expired: )/,
} as const;

test.each(forgeries.map(({ name, verdict }) => [verdict, name] as const))('%s: %s', async (verdict, name) => {
  const forged = await idp.issuer().forge(name);
  expect(forged.length).toBeGreaterThan(0);
  const wrong: string[] = [];
  for (const { variant, token } of forged) {
    const outcome = await judge(verifier, token);
    if (!EXPECTED[verdict].test(outcome)) wrong.push(`${variant}: ${outcome}`);
  }
  expect(wrong).toEqual([]);
});

test('not one of them leads a request anywhere but to the key set, nor there more often than the bucket allows', async () => {
  for (const { name } of forgeries) {
    for (const { token } of await idp.issuer().forge(name)) await judge(verifier, token);
  }
  expect(await idp.issuer('attacker').journal()).toEqual([]);
  const requests = await idp.issuer().journal();
  expect(new Set(requests.map(({ endpoint }) => endpoint))).toEqual(new Set(['jwks']));
  expect(requests.length).toBeLessThanOrEqual(3);
});
