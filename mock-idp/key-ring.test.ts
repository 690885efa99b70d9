import { calculateJwkThumbprint, createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IssuerControl, type KeyChange, type KeyInfo, type MockIdp, startMockIdp } from './index.ts';

let idp: MockIdp;
let made = 0;

beforeAll(async () => {
  idp = await startMockIdp();
});
afterAll(() => idp.close());

const fresh = (): IssuerControl => idp.issuer(`ring-${(made += 1)}`);

describe('the key set as served', () => {
  it('never shows a private member, whatever has happened to the ring', async () => {
    const issuer = fresh();
    const stories: readonly KeyChange[] = [
      { story: 'rotate' },
      { story: 'announce' },
      { story: 'same-kid' },
      { story: 'edit', members: { use: null, alg: 'RS512' } },
      { story: 'rotate', overlap: false },
    ];
    for (const story of stories) await issuer.changeKeys(story);
    const answers = await Promise.all(
      ['/.well-known/jwks.json', '/jwks', '/api/auth/jwks', '/_mock/keys', '/_mock/info'].map(async (path) =>
        (await fetch(issuer.issuer + path)).text(),
      ),
    );
    expect(JSON.parse(answers[0] ?? '')).toMatchObject({ keys: [{}, {}, {}, {}] });
    for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'privateKey']) {
      for (const answer of answers) expect(answer).not.toContain(`"${member}":`);
    }
  });

  it('names each key by its thumbprint (RFC 7638)', async () => {
    for (const { kid, publicJwk } of await fresh().keys()) {
      expect(kid).toBe(await calculateJwkThumbprint(publicJwk));
    }
  });

  it('is the same at every path that servers of this kind use, and answers HEAD', async () => {
    const issuer = fresh();
    const paths = ['/.well-known/jwks.json', '/jwks', '/api/auth/jwks'];
    const sets = await Promise.all(paths.map(async (path) => (await fetch(issuer.issuer + path)).json()));
    expect(new Set(sets.map((set) => JSON.stringify(set))).size).toBe(1);
    const head = await fetch(issuer.jwksUrl, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(Number(head.headers.get('content-length'))).toBe(JSON.stringify(sets[0]).length);
  });
});

describe('a key story', () => {
  it('rotate: a new key signs, tokens of the old one go on being good', async () => {
    const issuer = fresh();
    const { token } = await issuer.mint();
    const ring = await issuer.changeKeys({ story: 'rotate' });
    expect(ring.map(({ state }) => state)).toEqual(['passive', 'announced', 'active']);
    expect(await accepts(issuer, token)).toBe(true);
    const next = await issuer.mint();
    expect(next.header['kid']).toBe(kidOf(ring, 'active'));
    expect(await accepts(issuer, next.token)).toBe(true);
  });

  it('rotate without overlap: the old key is gone at once', async () => {
    const issuer = fresh();
    const { token } = await issuer.mint();
    const ring = await issuer.changeKeys({ story: 'rotate', overlap: false });
    expect(ring.map(({ state }) => state)).toEqual(['withdrawn', 'announced', 'active']);
    expect(await accepts(issuer, token)).toBe(false);
    expect(await accepts(issuer, (await issuer.mint()).token)).toBe(true);
  });

  it('announce, then promote: published before it signs', async () => {
    const issuer = fresh();
    const announced = (await issuer.changeKeys({ story: 'announce' })).at(-1);
    const kid = String(announced?.kid);
    expect(announced?.state).toBe('announced');
    expect(await publishedKids(issuer)).toContain(kid);
    expect((await issuer.mint()).header['kid']).not.toBe(kid);
    const ring = await issuer.changeKeys({ story: 'promote', kid });
    expect(ring.map(({ state }) => state)).toEqual(['passive', 'announced', 'active']);
    expect((await issuer.mint()).header['kid']).toBe(kid);
  });

  it('withdraw: not published, but signs when asked to', async () => {
    const issuer = fresh();
    const kid = kidOf(await issuer.keys(), 'announced');
    await issuer.changeKeys({ story: 'withdraw', kid });
    expect(await publishedKids(issuer)).not.toContain(kid);
    const { header, token } = await issuer.mint({ key: kid });
    expect(header['kid']).toBe(kid);
    expect(await accepts(issuer, token)).toBe(false);
  });

  it('restore: a withdrawn key is back, and only a withdrawn key can be', async () => {
    const issuer = fresh();
    const kid = kidOf(await issuer.keys(), 'announced');
    await issuer.changeKeys({ story: 'withdraw', kid });
    const { token } = await issuer.mint({ key: kid });
    const ring = await issuer.changeKeys({ story: 'restore', kid });
    expect(kidOf(ring, 'passive')).toBe(kid);
    expect(await accepts(issuer, token)).toBe(true);
    await expect(issuer.changeKeys({ story: 'restore', kid })).rejects.toThrow(
      'is passive; only a withdrawn',
    );
  });

  it('revoke-all: one new key, nothing else', async () => {
    const issuer = fresh();
    const { token } = await issuer.mint();
    const ring = await issuer.changeKeys({ story: 'revoke-all' });
    expect(ring.map(({ state }) => state)).toEqual(['withdrawn', 'withdrawn', 'active']);
    expect(await publishedKids(issuer)).toEqual([kidOf(ring, 'active')]);
    expect(await accepts(issuer, token)).toBe(false);
  });

  it('same-kid: other key material under the kid that signs', async () => {
    const issuer = fresh();
    const before = await issuer.mint();
    const ring = await issuer.changeKeys({ story: 'same-kid' });
    expect(kidOf(ring, 'active')).toBe(before.header['kid']);
    const after = await issuer.mint();
    expect(after.header['kid']).toBe(before.header['kid']);
    expect(await accepts(issuer, before.token)).toBe(false);
    expect(await accepts(issuer, after.token)).toBe(true);
  });

  it('decoys: entries beside the ring verbatim, first or last, until taken away', async () => {
    const issuer = fresh();
    const kids = await publishedKids(issuer);
    const decoys = [{ kty: 'ZZZ', kid: 'odd', extra: null }, 'no object', 7];
    await issuer.changeKeys({ story: 'decoys', keys: decoys, first: true });
    expect((await keySet(issuer)).slice(0, 3)).toEqual(decoys);
    await issuer.changeKeys({ story: 'decoys', keys: decoys });
    expect((await keySet(issuer)).slice(-3)).toEqual(decoys);
    await issuer.changeKeys({ story: 'decoys', keys: [] });
    expect(await publishedKids(issuer)).toEqual(kids);
  });

  it('edit: members of every published ring key, until taken back', async () => {
    const issuer = fresh();
    await issuer.changeKeys({ story: 'edit', members: { use: null, alg: 'RS512', key_ops: ['verify'] } });
    for (const key of await keySet(issuer)) {
      expect(key).toMatchObject({ kty: 'RSA', alg: 'RS512', key_ops: ['verify'] });
      expect(key).not.toHaveProperty('use');
    }
    await issuer.changeKeys({ story: 'edit', members: {} });
    expect((await keySet(issuer))[0]).toMatchObject({ use: 'sig', alg: 'RS256' });
  });

  it('edit: of one key only, until every key is edited', async () => {
    const issuer = fresh();
    const kid = kidOf(await issuer.keys(), 'active');
    await issuer.changeKeys({ story: 'edit', kid, members: { alg: null } });
    const [active, other] = await keySet(issuer);
    expect(active).not.toHaveProperty('alg');
    expect(other).toHaveProperty('alg');
    await issuer.changeKeys({ story: 'edit', members: {} });
    expect((await keySet(issuer))[0]).toHaveProperty('alg');
    await expect(issuer.changeKeys({ story: 'edit', kid: 'nobody', members: {} })).rejects.toThrow('No key');
  });

  it('rotate-after: between two fetches, and only once', async () => {
    const issuer = fresh();
    const before = kidOf(await issuer.keys(), 'active');
    await issuer.changeKeys({ story: 'rotate-after', fetches: 2 });
    const seen: number[] = [];
    for (let fetches = 0; fetches < 4; fetches += 1) seen.push((await keySet(issuer)).length);
    expect(seen).toEqual([2, 2, 3, 3]);
    const ring = await issuer.keys();
    expect(ring.map(({ state }) => state)).toEqual(['passive', 'announced', 'active']);
    expect((await issuer.mint()).header['kid']).toBe(kidOf(ring, 'active'));
    expect(kidOf(ring, 'passive')).toBe(before);
  });

  it('rotate-after without overlap: what was fetched last knows no new token', async () => {
    const issuer = fresh();
    await issuer.changeKeys({ story: 'rotate-after', fetches: 1, overlap: false });
    const fetched = (await publishedKids(issuer)).map(String);
    const { header } = await issuer.mint();
    expect(fetched).not.toContain(header['kid']);
    expect(await publishedKids(issuer)).toEqual([fetched[1], header['kid']]);
  });

  it('leaves the ring as it was where it cannot be done', async () => {
    const issuer = fresh();
    const before = await issuer.keys();
    await expect(issuer.changeKeys({ story: 'promote', kid: 'nobody' })).rejects.toMatchObject({
      code: 'unknown_key',
    });
    expect(await issuer.keys()).toEqual(before);
  });

  it('says what to do where no key is left to sign with', async () => {
    const issuer = fresh();
    await issuer.changeKeys({ story: 'withdraw', kid: kidOf(await issuer.keys(), 'active') });
    await expect(issuer.mint()).rejects.toThrow('No key is active: rotate, promote a key');
  });

  it('never serves a set half-way between two while changes run beside each other', async () => {
    const issuer = fresh();
    await issuer.keys();
    const changes = Array.from({ length: 4 }, () => issuer.changeKeys({ story: 'rotate', overlap: false }));
    const reads = Array.from({ length: 20 }, () => keySet(issuer));
    for (const keys of await Promise.all(reads)) expect(keys).toHaveLength(2);
    await Promise.all(changes);
    expect((await issuer.keys()).filter(({ state }) => state === 'active')).toHaveLength(1);
  });
});

function kidOf(ring: readonly KeyInfo[], state: KeyInfo['state']): string {
  return String(ring.find((key) => key.state === state)?.kid);
}

async function keySet(issuer: IssuerControl): Promise<readonly Record<string, unknown>[]> {
  const { keys } = (await (await fetch(issuer.jwksUrl)).json()) as { keys: Record<string, unknown>[] };
  return keys;
}

async function publishedKids(issuer: IssuerControl): Promise<readonly unknown[]> {
  return (await keySet(issuer)).map(({ kid }) => kid);
}

/** By a verifier without memory, so that the key set of this moment decides. */
async function accepts(issuer: IssuerControl, token: string): Promise<boolean> {
  const jwks = createRemoteJWKSet(new URL(issuer.jwksUrl));
  return jwtVerify(token, jwks, { issuer: issuer.issuer, algorithms: ['RS256'] }).then(
    () => true,
    () => false,
  );
}
