import { sign } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Verifier } from './contract.ts';
import { createEndpoint } from './testing/endpoint.ts';
import { AUDIENCE, ISSUER, createKey, signToken } from './testing/tokens.ts';
import { createTestVerifier, judge } from './testing/verifier.ts';

const [published, unpublished] = [createKey('k1'), createKey('k1')];
const NOW = 1_800_000_000_000;
const GOOD = signToken(published, { now: NOW, claims: { name: 'Zoë', groups: ['a', 'b'] } });
const ALPHABET = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');

let verifier: Verifier;
beforeAll(async () => {
  verifier = createTestVerifier({
    fetch: createEndpoint([published.jwk]).fetch,
    now: () => NOW,
    tokenCache: false,
  });
  await verifier.warm();
});

/** A whole-number position in a text of this length. */
const position = fc.nat({ max: GOOD.length });

/** Changes to a good token, each a small thing that might slip through. */
const mutation: fc.Arbitrary<string> = fc.oneof(
  fc
    .tuple(position, fc.constantFrom(...ALPHABET, '.', '=', '+', '/', ' ', '\n', '\0', 'é', '\u0142', '😀'))
    .map(([at, character]) => GOOD.slice(0, at) + character + GOOD.slice(at + 1)),
  fc
    .tuple(position, fc.constantFrom(...ALPHABET, '.', '=', ' '))
    .map(([at, character]) => GOOD.slice(0, at) + character + GOOD.slice(at)),
  fc.tuple(position, fc.nat({ max: 8 })).map(([at, length]) => GOOD.slice(0, at) + GOOD.slice(at + length)),
  position.map((at) => GOOD.slice(0, at)),
  fc.tuple(position, position).map(([from, to]) => GOOD.slice(from) + GOOD.slice(0, to)),
  fc.shuffledSubarray(GOOD.split('.'), { minLength: 0 }).map((segments) => segments.join('.')),
  fc.constantFrom(
    GOOD.toLowerCase(),
    GOOD.toUpperCase(),
    ` ${GOOD}`,
    `${GOOD} `,
    `${GOOD}\n`,
    `${GOOD}.`,
    `Bearer ${GOOD}`,
  ),
);

test('accepts a good token and no other spelling of it', async () => {
  await fc.assert(
    fc.asyncProperty(mutation, async (token) => {
      const expected = token === GOOD ? /^accepted$/ : /^invalid_token: /;
      expect(await judge(verifier, token)).toMatch(expected);
    }),
    { numRuns: 3000 },
  );
});

test('refuses any text whatsoever', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 500 }), async (token) => {
      expect(await judge(verifier, token)).toMatch(/^invalid_token: /);
    }),
    { numRuns: 2000 },
  );
});

test('refuses every signature but the one of the published key, whatever its length', async () => {
  const [header = '', payload = ''] = GOOD.split('.');
  const forged = sign('sha256', Buffer.from(`${header}.${payload}`), unpublished.privateKey);
  const signature = fc.oneof(
    fc.uint8Array({ maxLength: 1024 }),
    fc.uint8Array({ minLength: 256, maxLength: 256 }),
    fc.constantFrom(forged, Buffer.alloc(256), Buffer.alloc(256, 0xff), Buffer.alloc(256, 1)),
  );
  await fc.assert(
    fc.asyncProperty(signature, async (bytes) => {
      const token = `${header}.${payload}.${Buffer.from(bytes).toString('base64url')}`;
      expect(await judge(verifier, token)).toBe('invalid_token: signature');
    }),
    { numRuns: 500 },
  );
});

const anyJson = fc.jsonValue({ maxDepth: 3 });

describe('a member of the wrong type, correctly signed', () => {
  test.each(['alg', 'kid', 'typ', 'crit', 'b64'])('header %s', async (name) => {
    const wrong = anyJson.filter((value) => typeof value !== 'string');
    await fc.assert(
      fc.asyncProperty(wrong, async (value) => {
        const token = signToken(published, { now: NOW, header: { [name]: value } });
        expect(await judge(verifier, token)).toMatch(/^invalid_token: /);
      }),
      { numRuns: 60 },
    );
  });

  test.each(['cty', 'zip', 'jku', 'jwk', 'x5u', 'x5c', 'x5t', 'x5t#S256', 'foo'])(
    'header %s is ignored',
    async (name) => {
      await fc.assert(
        fc.asyncProperty(anyJson, async (value) => {
          const token = signToken(published, { now: NOW, header: { [name]: value } });
          expect(await judge(verifier, token)).toBe('accepted');
        }),
        { numRuns: 20 },
      );
    },
  );

  test.each([
    ['iss', 'string'],
    ['sub', 'string'],
    ['exp', 'number'],
    ['nbf', 'number'],
    ['iat', 'number'],
  ])('claim %s', async (name, type) => {
    const wrong = anyJson.filter((value) => typeof value !== type);
    await fc.assert(
      fc.asyncProperty(wrong, async (value) => {
        const token = signToken(published, { now: NOW, claims: { [name]: value } });
        expect(await judge(verifier, token)).toBe(`invalid_token: ${name}`);
      }),
      { numRuns: 60 },
    );
  });

  test('claim aud, unless it is an array of strings with ours among them', async () => {
    const ours = fc.array(fc.oneof(fc.string(), fc.constant(AUDIENCE)), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(anyJson, ours, fc.array(fc.oneof(fc.constant(AUDIENCE), anyJson))),
        async (aud) => {
          const holds =
            Array.isArray(aud) && aud.includes(AUDIENCE) && aud.every((one) => typeof one === 'string');
          const token = signToken(published, { now: NOW, claims: { aud } });
          expect(await judge(verifier, token)).toBe(holds ? 'accepted' : 'invalid_token: aud');
        },
      ),
      { numRuns: 200 },
    );
  });

  test('any other claim changes nothing', async () => {
    const names = fc.oneof(
      fc.constantFrom('jti', 'scope', 'azp', '__proto__', 'constructor', 'toString'),
      fc.string(),
    );
    const checked = new Set(['iss', 'aud', 'sub', 'exp', 'nbf', 'iat']);
    await fc.assert(
      fc.asyncProperty(
        names.filter((name) => !checked.has(name)),
        anyJson,
        async (name, value) => {
          const claims = JSON.stringify({ iss: ISSUER, aud: AUDIENCE, sub: 'user-1', exp: NOW / 1000 + 60 });
          const token = signToken(published, {
            claims: `${claims.slice(0, -1)},${JSON.stringify(name)}:${JSON.stringify(value)}}`,
          });
          expect((await verifier.verify(token)).claims.sub).toBe('user-1');
        },
      ),
      { numRuns: 200 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

test('a payload that is signed but no object is refused', async () => {
  const payload = fc.oneof(
    anyJson
      .filter((value) => typeof value !== 'object' || value === null || Array.isArray(value))
      .map((value) => JSON.stringify(value)),
    fc.string({ maxLength: 40 }).filter((text) => !text.trim().startsWith('{')),
    fc.uint8Array({ maxLength: 40 }).filter((bytes) => bytes[0] !== 0x7b),
  );
  await fc.assert(
    fc.asyncProperty(payload, async (claims) => {
      expect(await judge(verifier, signToken(published, { claims }))).toBe('invalid_token: payload');
    }),
    { numRuns: 150 },
  );
});
