import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startMockIdp } from '../../mock-idp/index.ts';
import type { MockIdp } from '../../mock-idp/index.ts';
import { prove } from './contestant.ts';
import { IDPS, startIdp } from './idp-servers.ts';
import { PEER_GATES } from './peer-gates.ts';
import { startServerProcess } from './pinned.ts';
import { proveServer } from './prove-server.ts';
import { createTokenSet } from './tokens.ts';
import type { TokenSet } from './tokens.ts';
import { cachingVerifiers, coldVerifiers } from './verifiers.ts';

let idp: MockIdp;
let tokens: TokenSet;

beforeAll(async () => {
  idp = await startMockIdp();
  tokens = await createTokenSet(idp, 4);
});
afterAll(() => idp.close());

test('every verifier accepts the good tokens and refuses each bad one', async () => {
  const verifiers = [...(await coldVerifiers(tokens)), ...(await cachingVerifiers(tokens))];
  expect(verifiers).toHaveLength(8);
  await expect(prove(verifiers, tokens)).resolves.toBeUndefined();
});

describe('a verifier is not measured', () => {
  const proof = (verify: (token: string) => unknown) => prove([{ name: 'it', verify }], tokens);
  test('where it accepts everything', async () => {
    await expect(proof(() => true)).rejects.toThrow('it accepts the token alg-none.');
  });
  test('where it refuses everything, or knows a token but once', async () => {
    await expect(proof(() => Promise.reject(new Error('no')))).rejects.toThrow(
      'it refuses a good token: Error: no',
    );
    const seen = new Set<string>();
    const once = (token: string): void => {
      if (seen.has(token)) throw new Error('seen');
      seen.add(token);
    };
    await expect(proof(once)).rejects.toThrow('it refuses a good token: Error: seen');
  });
});

test.each(['gateproof api', 'express, gateproof', 'node:http, gateproof', ...Object.keys(PEER_GATES)])(
  'the server "%s" lets good tokens in and answers 401 to each bad one',
  async (name) => {
    const { issuer, audience, jwksUrl } = tokens;
    const server = await startServerProcess([name, JSON.stringify({ issuer, audience, jwksUrl })], false);
    try {
      await expect(proveServer(name, server.url, tokens)).resolves.toBeUndefined();
    } finally {
      await server.close();
    }
  },
  // A whole API with its database is slow to start where the machine has much else to do.
  120_000,
);

test('a server that lets everybody in is not measured', async () => {
  const server = await startServerProcess(['express, no gate', '{}'], false);
  try {
    await expect(proveServer('it', server.url, tokens)).rejects.toThrow(
      'it answers 200 to alg-none, not 401.',
    );
  } finally {
    await server.close();
  }
});

test.each(IDPS)('$name gives an RS256 token of a key of 2048 bits', async (program) => {
  const idp = await startIdp(program);
  await idp.close();
  const [header = '', , signature = ''] = idp.token.split('.');
  expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({ alg: 'RS256' });
  expect(Buffer.from(signature, 'base64url')).toHaveLength(256);
});

test('a benchmark names an option it does not know', () => {
  const script = new URL('./library.ts', import.meta.url).pathname;
  const { status, stderr } = spawnSync(process.execPath, [script, '--rounds', 'many'], { encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toContain('--rounds must be a whole number above 0');
});
