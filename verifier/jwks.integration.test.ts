import { describe, expect, test, vi } from 'vitest';
import type { OddKeySort } from '../mock-idp/index.ts';
import { START, useLiveIssuer } from './testing/live-issuer.ts';
import { judge } from './testing/verifier.ts';

/*
 * The verifier against a real endpoint that rotates its keys and publishes odd ones. Times pass on a clock in hand; where a
 * timer must fire by itself, times are short and the test waits for what it leads to.
 */

const UNKNOWN = 'invalid_token: unknown-kid';
const live = useLiveIssuer();
const { create, createWarm, mint, fetches, fail } = live;

describe('the TTL', () => {
  test('ends a withdrawn key to the millisecond, with one fetch', async () => {
    const verifier = await createWarm({ cacheTtl: 3600 });
    const token = await mint();
    await live.issuer.changeKeys({ story: 'revoke-all' });
    live.clock = START + 3_600_000 - 1;
    expect(await judge(verifier, token)).toBe('accepted');
    expect(await fetches()).toBe(1);
    live.clock = START + 3_600_000;
    expect(await judge(verifier, token)).toBe(UNKNOWN);
    expect(await fetches()).toBe(2);
  });

  test('is never reached while the process runs: the set is fetched in the background before', async () => {
    const verifier = await createWarm({ cacheTtl: 2 }, true);
    const old = await mint();
    expect(verifier.verifySync(old)).toBeDefined();
    await live.issuer.changeKeys({ story: 'revoke-all' });
    const current = await mint();
    await vi.waitFor(() => {
      expect(verifier.verifySync(current)).toBeDefined();
    }, 15_000);
    expect(verifier.verifySync(old)).toBeUndefined();
    await live.issuer.waitFor({ endpoint: 'jwks', count: 3, timeoutMs: 20_000 });
    expect(verifier.ready).toBe(true);
  });
});

describe('an unknown kid', () => {
  test('of a key just made is accepted at once, also right after the start', async () => {
    const verifier = await createWarm();
    for (let rotation = 0; rotation < 2; rotation += 1) {
      await live.issuer.changeKeys({ story: 'rotate' });
      expect(await judge(verifier, await mint())).toBe('accepted');
    }
    expect(await fetches()).toBe(3);
  });

  test('in numbers costs two fetches; a rotation meanwhile gets through one cool-down later, and known keys at once', async () => {
    const verifier = await createWarm({ cooldown: 30 });
    const known = await mint();
    const flood = await Promise.all(
      Array.from({ length: 100 }, (_, n) => mint({ header: { kid: `x${n}` } })),
    );
    for (const verdict of await Promise.all(flood.map((token) => judge(verifier, token)))) {
      expect(verdict).toBe(UNKNOWN);
    }
    for (const token of flood) expect(await judge(verifier, token)).toBe(UNKNOWN);
    expect(await fetches()).toBe(3);
    await live.issuer.changeKeys({ story: 'rotate' });
    const current = await mint();
    expect(await judge(verifier, current)).toBe(UNKNOWN);
    expect(await judge(verifier, known)).toBe('accepted');
    live.clock = START + 30_000;
    expect(await judge(verifier, current)).toBe('accepted');
    expect(await fetches()).toBe(4);
  });

  test('is asked for after every cheap check, so a token that is bad anyway costs no fetch', async () => {
    const verifier = await createWarm();
    for (const name of ['iss-wrong', 'aud-wrong', 'alg-none', 'exp-past']) {
      for (const { token } of await live.issuer.forge(name, { header: { kid: 'unknown' } })) {
        expect(await judge(verifier, token)).not.toBe('accepted');
      }
    }
    expect(await fetches()).toBe(1);
  });
});

test('100 tokens that come before the first key set cause one fetch', async () => {
  const verifier = create();
  await fail({ kind: 'delay', ms: 50 });
  const token = await mint();
  const verdicts = await Promise.all(Array.from({ length: 100 }, () => judge(verifier, token)));
  expect(new Set(verdicts)).toEqual(new Set(['accepted']));
  expect(await fetches()).toBe(1);
});

describe('a key set with odd entries', () => {
  const oddities: readonly OddKeySort[] = [
    ...(['rsa-1024', 'ec-p256', 'ed25519', 'oct', 'use-enc', 'key-ops-encrypt', 'wrong-alg'] as const),
    ...(['missing-kid', 'missing-kty', 'missing-n', 'unknown-kty', 'unknown-crv', 'off-curve'] as const),
    ...(['exponent-one', 'not-base64url', 'numeric-kid', 'null-entry', 'text-entry', 'empty-entry'] as const),
  ];

  test.each(oddities)('skips %s and uses the rest', async (sort) => {
    await live.issuer.changeKeys({ story: 'odd-keys', sorts: [sort], first: true });
    const verifier = await createWarm();
    expect(await judge(verifier, await mint())).toBe('accepted');
    const fetched = live.events.find((event) => event.type === 'jwks-fetched');
    expect(fetched).toMatchObject({ keys: (await live.issuer.keys()).length, skipped: 1 });
  });

  test.each([true, false])(
    'tries every key of a kid that several share (the other first: %s)',
    async (first) => {
      await live.issuer.changeKeys({ story: 'odd-keys', sorts: ['duplicate-kid'], first });
      const verifier = await createWarm();
      expect(await judge(verifier, await mint())).toBe('accepted');
      expect(await judge(verifier, await mint({ key: 'unpublished' }))).toBe(UNKNOWN);
      const [active] = (await live.issuer.keys()).filter(({ state }) => state === 'active');
      const forged = await mint({ key: 'unpublished', header: { kid: active?.kid } });
      expect(await judge(verifier, forged)).toBe('invalid_token: signature');
    },
  );

  test('takes new material under a kid that it knows at the end of the TTL', async () => {
    const verifier = await createWarm({ cacheTtl: 60 });
    const old = await mint();
    await live.issuer.changeKeys({ story: 'same-kid' });
    const current = await mint();
    expect(await judge(verifier, current)).toBe('invalid_token: signature');
    live.clock = START + 60_000;
    expect(await judge(verifier, current)).toBe('accepted');
    expect(await judge(verifier, old)).toBe('invalid_token: signature');
  });
});
