import { describe, expect, test } from 'vitest';
import { createMultiIssuerVerifier, createVerifier, requireScope } from './index.ts';
import type { VerifierOptions } from './index.ts';

const good: VerifierOptions = {
  jwksUrl: 'https://idp.example/jwks',
  issuer: 'https://idp.example',
  audience: 'api',
  algorithms: ['RS256'],
};
const { jwksUrl, issuer, audience, algorithms } = good;
const noAudience = { jwksUrl, issuer, algorithms };

/*
 * `tsc` is what judges these: a line that begins to compile makes its directive an error. Beside it, the same calls
 * from JavaScript must fail when they are made.
 */
describe('a call that would verify less does not compile', () => {
  test.each<[string, () => unknown]>([
    // @ts-expect-error -- the issuer is missing
    ['without an issuer', () => createVerifier({ jwksUrl, audience, algorithms })],
    // @ts-expect-error -- the audience is missing
    ['without an audience', () => createVerifier({ jwksUrl, issuer, algorithms })],
    // @ts-expect-error -- there is nowhere to get keys from
    ['without a key set', () => createVerifier({ issuer, audience, algorithms })],
    // @ts-expect-error -- a value that may be absent, such as process.env['ISSUER']
    ['with an issuer that may be absent', () => createVerifier({ ...good, issuer: undefined })],
    // @ts-expect-error -- the same
    ['with an audience that may be absent', () => createVerifier({ ...good, audience: undefined })],
    // @ts-expect-error -- an empty list
    ['with no algorithm in the list', () => createVerifier({ ...good, algorithms: [] })],
    // @ts-expect-error -- a secret is no public key (RFC 8725 §3.1)
    ['with HMAC', () => createVerifier({ ...good, algorithms: ['HS256'] })],
    // @ts-expect-error -- beside RS256 too
    ['with HMAC beside RS256', () => createVerifier({ ...good, algorithms: ['RS256', 'HS256'] })],
    // @ts-expect-error -- no signature at all
    ['with none', () => createVerifier({ ...good, algorithms: ['none'] })],
    // @ts-expect-error -- a misspelled option would be no option
    ['with an option there is not', () => createVerifier({ ...good, clockTolerance: 60 })],
    // @ts-expect-error -- no issuer
    ['for several issuers that are none', () => createMultiIssuerVerifier([])],
    // @ts-expect-error -- the second has no audience
    ['for several of which one lacks it', () => createMultiIssuerVerifier([good, noAudience])],
    // @ts-expect-error -- a scope check without a scope would pass everybody
    ['with no scope in the list', () => requireScope([])],
  ])('%s', (_, call) => {
    expect(call).toThrow(/cannot be made/);
  });

  test('without a list of algorithms', () => {
    // Nothing but RS256 can be switched on, so that is what a call from JavaScript means.
    // @ts-expect-error -- the list is missing (RFC 8725 §3.1)
    expect(createVerifier({ jwksUrl, issuer, audience }).ready).toBe(false);
  });
});
