import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inOrder } from './batch.ts';
import { type BatchRequest, connectMockIdp, type MintedToken, type MockIdp, startMockIdp } from './index.ts';

let idp: MockIdp;

beforeAll(async () => {
  idp = await startMockIdp();
});
afterAll(() => idp.close());

describe.each([
  { transport: 'in process', open: (server: MockIdp) => Promise.resolve(server) },
  { transport: 'over HTTP', open: (server: MockIdp) => connectMockIdp(server.url) },
])('a batch of tokens $transport', ({ open }) => {
  it('comes in order, each token with claims of its own, and every one is good', async () => {
    const issuer = (await open(idp)).issuer('pool');
    const tokens = await all(
      issuer.mintMany({
        count: 50,
        claims: { scope: 'read', sub: 'overridden' },
        typ: 'at+jwt',
        each: { sub: 'user-{n}', email: '{n}@{n}.test', jti: '{uuid}', number: 7 },
      }),
    );
    expect(tokens.map(({ claims }) => claims['sub'])).toEqual(
      Array.from({ length: 50 }, (_, index) => `user-${index + 1}`),
    );
    expect(tokens[1]?.claims).toMatchObject({ email: '2@2.test', scope: 'read', number: 7 });
    const ids = tokens.map(({ claims }) => String(claims['jti']));
    expect(new Set(ids).size).toBe(50);
    for (const id of ids)
      expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/u);
    const jwks = createRemoteJWKSet(new URL(issuer.jwksUrl));
    for (const { token, claims } of tokens) {
      const { payload } = await jwtVerify(token, jwks, { issuer: issuer.issuer, typ: 'at+jwt' });
      expect(payload).toEqual(claims);
    }
  });

  it('is the same again for the same seed, key and time, and another for another seed', async () => {
    await using server = await startMockIdp({ now: () => 1_900_000_000_000 });
    const issuer = (await open(server)).issuer();
    const request = { count: 3, each: { sub: '{uuid}' } };
    const [one, again, other, unseeded] = [
      await all(issuer.mintMany({ ...request, seed: 'a' })),
      await all(issuer.mintMany({ ...request, seed: 'a' })),
      await all(issuer.mintMany({ ...request, seed: 'b' })),
      await all(issuer.mintMany(request)),
    ];
    expect(again).toEqual(one);
    expect(subjects(other)).not.toEqual(subjects(one));
    expect(subjects(unseeded)).not.toEqual(subjects(await all(issuer.mintMany(request))));
  });

  it('stops when nobody reads on', async () => {
    const issuer = (await open(idp)).issuer('stopped');
    for await (const { claims } of issuer.mintMany({ count: 1_000_000, each: { n: '{n}' } })) {
      if (claims['n'] === '5') break;
    }
    expect((await fetch(`${idp.url}/health`)).status).toBe(200);
  });

  it.each<[object, string]>([
    [{ count: 0 }, 'count:'],
    [{ count: 1_000_001 }, 'count:'],
    [{ count: 1.5 }, 'count:'],
    [{ count: 2, eech: {} }, 'unknown member "eech"; did you mean "each"?'],
    [{ count: 2, each: { exp: '+15' } }, 'claims.exp: "+15" is no relative time'],
    [{ count: 2, key: 'nobody' }, 'No key "nobody" in the ring'],
  ])('refuses %j before the first token', async (request, message) => {
    const issuer = (await open(idp)).issuer('refusing');
    await expect(all(issuer.mintMany(request as BatchRequest))).rejects.toThrow(message);
  });
});

describe('a batch over HTTP', () => {
  it('is one JSON object a line', async () => {
    const response = await fetch(`${idp.url}/_mock/mint`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"count":2,"each":{"sub":"user-{n}"}}',
    });
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    const lines = (await response.text()).trimEnd().split('\n');
    const subs = lines.map((line) => decodeJwt((JSON.parse(line) as MintedToken).token).sub);
    expect(subs).toEqual(['user-1', 'user-2']);
  });

  it('lets other requests through while it is being made', async () => {
    const issuer = idp.issuer('busy');
    const batch = issuer.mintMany({ count: 1_000_000 })[Symbol.asyncIterator]();
    await batch.next();
    expect((await fetch(issuer.jwksUrl)).status).toBe(200);
    await batch.return?.();
  });

  it('that breaks off is told from one that ends', async () => {
    const server = await startMockIdp();
    const issuer = (await connectMockIdp(server.url)).issuer();
    const batch = issuer.mintMany({ count: 1_000_000 })[Symbol.asyncIterator]();
    await batch.next();
    await server.close();
    const rest = async (): Promise<void> => {
      while ((await batch.next()).done !== true);
    };
    await expect(rest()).rejects.toMatchObject({ code: 'unreachable' });
  });
});

describe('values in order', () => {
  it('are not made faster than they are read, and a failure comes in its place', async () => {
    let made = 0;
    const values = inOrder(1000, (n) => {
      made += 1;
      return n === 3 ? Promise.reject(new Error('third')) : Promise.resolve(n);
    });
    expect([(await values.next()).value, (await values.next()).value]).toEqual([1, 2]);
    expect(made).toBeLessThan(100);
    await expect(values.next()).rejects.toThrow('third');
    expect(await values.next()).toEqual({ done: true, value: undefined });
  });
});

async function all<Value>(values: AsyncIterable<Value>): Promise<readonly Value[]> {
  const read: Value[] = [];
  for await (const value of values) read.push(value);
  return read;
}

function subjects(tokens: readonly MintedToken[]): readonly unknown[] {
  return tokens.map(({ claims }) => claims['sub']);
}
