import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { type MockIdp, type MockIdpOptions, startMockIdp } from '../mock-idp/index.ts';
import { conduct, disturbances, prepareKeys, restore } from './conductor.ts';
import { atEach, followJournals, openReplicas } from './issuer-replicas.ts';
import { planOf } from './scenarios.ts';

const newJwk = (kid: string): JsonWebKey & { readonly kid: string } => ({
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
  kid,
});
const [one, two] = [newJwk('one'), newJwk('two')];
const ISSUER = 'https://idp.example';

let running: MockIdp[] = [];
afterEach(async () => {
  await Promise.all(running.map((idp) => idp.close()));
  running = [];
});

async function start(...options: readonly MockIdpOptions[]): Promise<readonly [MockIdp, ...MockIdp[]]> {
  running = await Promise.all(options.map((each) => startMockIdp({ issuer: ISSUER, ...each })));
  return running as [MockIdp, ...MockIdp[]];
}

const twins = () => start({ signingKeys: [one, two] }, { signingKeys: [one, two] });

describe('what is no replica is refused, and it is said what is where', () => {
  test.each<[string, MockIdpOptions, MockIdpOptions, RegExp]>([
    [
      'a key that only one has',
      { signingKeys: [one, two] },
      { signingKeys: [one] },
      /same keys: "two" is at http:\S+ only\. Start each with the same --jwk/,
    ],
    ['keys of their own', {}, {}, /"\S+" is at http:\S+ only, "\S+" is at http:\S+ only/],
    [
      'another key under the same kid',
      { signingKeys: [one] },
      { signingKeys: [newJwk('one')] },
      /"one" is another key at http:\S+ than at http:/,
    ],
    [
      'another key that signs',
      { signingKeys: [one, two] },
      { signingKeys: [two, one] },
      /"one" is active at http:\S+ and announced at http:/,
    ],
    [
      'another issuer',
      { signingKeys: [one] },
      { signingKeys: [one], issuer: 'https://other.example' },
      /the issuer is https:\/\/idp\.example at http:\S+ and https:\/\/other\.example at http:\S+ Start each with the same --issuer/,
    ],
    [
      'another audience',
      { signingKeys: [one] },
      { signingKeys: [one], audience: 'other' },
      /the audience is https:\/\/api\.example\.com at http:\S+ and other at/,
    ],
  ])('%s', async (_, first, second, message) => {
    await expect(openReplicas(await start(first, second))).rejects.toThrow(message);
  });

  test('two addresses of one server', async () => {
    const [idp] = await start({ signingKeys: [one] });
    const again = { ...idp, url: idp.url.replace('127.0.0.1', 'localhost') };
    await expect(openReplicas([idp, again])).rejects.toThrow(/lead to one server/);
  });

  test('several addresses of the key set, where a backend has to be told one', async () => {
    await expect(openReplicas(await twins(), 'load-smoke')).rejects.toThrow(
      /the jwksUrl is http:\S+ at http:\S+ and http:\S+ at http:\S+ Start each with the same --public-url/,
    );
  });
});

test('an issuer of our own is given one key in common, and keeps it', async () => {
  const idps = await start({ publicUrl: 'http://front.example' }, { publicUrl: 'http://front.example' });
  const kidsOf = async () => {
    const servers = await openReplicas(idps, 'load-smoke');
    const rings = await Promise.all(servers.map(({ issuer }) => issuer.keys()));
    return rings.map((ring) => ring.filter(({ state }) => state !== 'withdrawn').map(({ kid }) => kid));
  };
  const [first, second] = await kidsOf();
  expect(first).toHaveLength(1);
  expect(second).toEqual(first);
  expect(await kidsOf()).toEqual([first, first]);
});

const keySetOf = async (idp: MockIdp): Promise<unknown> =>
  (await fetch(`${idp.url}/.well-known/jwks.json`)).json();

test('a rotation brings the same key everywhere, and all are as before afterwards', async () => {
  const idps = await twins();
  const servers = await openReplicas(idps);
  const plan = planOf('rotation', true, { seconds: 6 });
  const before = await Promise.all(idps.map(keySetOf));
  const kids = await prepareKeys(servers, plan);
  expect(kids).toHaveLength(1);
  // Known to all, shown by none.
  expect(await Promise.all(idps.map(keySetOf))).toEqual(before);

  const due = disturbances(plan, kids).map((each) => ({ ...each, at: 0 }));
  await conduct(due, servers, Date.now(), AbortSignal.timeout(10_000));
  const [first, second] = await Promise.all(idps.map(keySetOf));
  expect(second).toEqual(first);
  expect(first).not.toEqual(before[0]);
  expect(JSON.stringify(first)).toContain(kids[0]);
  for (const { issuer } of servers) {
    expect((await issuer.mint()).header['kid']).toBe(kids[0]);
  }

  await restore(servers, 'one', kids);
  for (const idp of idps) expect(JSON.stringify(await keySetOf(idp))).not.toContain(kids[0]);
});

test('a fault befalls every server, and none afterwards', async () => {
  const idps = await twins();
  const servers = await openReplicas(idps);
  const statuses = () =>
    Promise.all(idps.map(async ({ url }) => (await fetch(`${url}/.well-known/jwks.json`)).status));
  await atEach(servers, (issuer) =>
    issuer.fault({ endpoint: 'jwks', actions: [{ kind: 'respond', status: 503 }] }),
  );
  expect(await statuses()).toEqual([503, 503]);
  await restore(servers, 'one', []);
  expect(await statuses()).toEqual([200, 200]);
});

test('what came to all servers is counted together, from then on', async () => {
  const idps = await twins();
  await keySetOf(idps[0]);
  const read = await followJournals(await openReplicas(idps));
  for (const idp of [...idps, idps[0]]) await keySetOf(idp);
  expect((await read())?.map(({ endpoint }) => endpoint)).toEqual(['jwks', 'jwks', 'jwks']);
});

test('a server that has forgotten some of it leaves the count open', async () => {
  const [idp] = await start({ signingKeys: [one] });
  const [{ issuer }] = await openReplicas([idp]);
  const entry = { seq: 1, at: 0, method: 'GET', path: '/', endpoint: 'session', headers: {}, status: 200 };
  const full = Object.create(issuer, {
    journal: {
      value: ({ after }: { after?: number } = {}) =>
        after === undefined ? [] : Array.from({ length: 10_000 }, () => entry),
    },
  }) as typeof issuer;
  expect(await (await followJournals([{ url: idp.url, issuer: full }]))()).toBeUndefined();
});
