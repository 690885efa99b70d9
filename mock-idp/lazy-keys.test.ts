import { beforeEach, describe, expect, it } from 'vitest';
import { Clients } from './clients.ts';
import { metadata } from './http/discovery.ts';
import type { IssuerControl } from './index.ts';
import { Issuers } from './issuers.ts';
import type { Issuer } from './issuer.ts';
import { generic } from './presets/generic.ts';
import { generateSigningKey } from './signing-key.ts';
import { DEMO_USERS } from './users.ts';

describe('the keys of an issuer', () => {
  let made: number;
  let issuer: Issuer;

  beforeEach(() => {
    made = 0;
    const issuers = new Issuers({
      url: 'http://127.0.0.1:1',
      settings: {
        issuer: undefined,
        audience: 'api',
        tokenLifetime: 900,
        metadata: {},
        preset: generic,
        caching: {},
      },
      named: {},
      users: DEMO_USERS,
      clients: new Clients(undefined),
      rotateRefreshToken: true,
      interactiveLogin: true,
      maxIssuers: 10,
      now: Date.now,
      generateKey: () => {
        made += 1;
        return generateSigningKey();
      },
    });
    issuer = issuers.get('tenant');
  });

  it.each<[string, (issuer: Issuer) => unknown]>([
    ['being described', (issuer) => issuer.info()],
    ['a reset', (issuer) => issuer.reset()],
    ['new settings', (issuer) => issuer.configure({ preset: 'keycloak' })],
    ['a fault', (issuer) => issuer.fault({ endpoint: 'jwks', actions: [{ kind: 'reset' }] })],
    ['the end of its faults', (issuer) => issuer.clearFaults()],
    ['its journal', (issuer) => issuer.journal()],
    ['its discovery document', (issuer) => metadata(issuer)],
  ])('are not made for %s', async (_, ask) => {
    await ask(issuer);
    expect(made).toBe(0);
  });

  it.each<[string, number, (issuer: IssuerControl) => unknown]>([
    ['a token: the one that signs', 1, (issuer) => issuer.mint()],
    [
      'a batch: the one that signs',
      1,
      (issuer) => issuer.mintMany({ count: 3 })[Symbol.asyncIterator]().next(),
    ],
    ['the key set: both', 2, (issuer) => issuer.keys()],
    [
      'a fault that replays the key set: both',
      2,
      (issuer) => issuer.fault({ endpoint: 'jwks', actions: [{ kind: 'stale' }] }),
    ],
    ['a rotation: both, and the new one', 3, (issuer) => issuer.changeKeys({ story: 'rotate' })],
    ['a token of the unpublished key: that one', 1, (issuer) => issuer.mint({ key: 'unpublished' })],
  ])('are made for %s', async (_, count, ask) => {
    await ask(issuer);
    expect(made).toBe(count);
    await ask(issuer);
  });

  it('are made once, however many ask at the same time, and the same key signs before and after the key set', async () => {
    const early = await Promise.all(Array.from({ length: 5 }, () => issuer.mint()));
    const [first, again] = await Promise.all([issuer.keys(), issuer.keys()]);
    const late = await issuer.mint();
    expect(made).toBe(2);
    expect(again).toEqual(first);
    expect(new Set([...early, late].map(({ header }) => header['kid']))).toEqual(new Set([first[0]?.kid]));
  });

  it('are made anew after a reset, when they are asked for', async () => {
    const before = await issuer.mint();
    await issuer.reset();
    expect(made).toBe(1);
    const after = await issuer.mint();
    expect(after.header['kid']).not.toBe(before.header['kid']);
    expect(made).toBe(2);
  });
});
