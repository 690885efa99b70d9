import { describe, expect, test } from 'vitest';
import type { Verifier, VerifierEvent, VerifierOptions } from './contract.ts';
import { VerifierConfigError } from './errors.ts';
import { createMultiIssuerVerifier } from './issuers.ts';
import type { IssuerOptions } from './issuers.ts';
import { createEndpoint } from './testing/endpoint.ts';
import type { TestEndpoint } from './testing/endpoint.ts';
import { createKey, signToken } from './testing/tokens.ts';
import { judge } from './testing/verifier.ts';

const [keyA, keyB, keyC] = [createKey('k1'), createKey('k1'), createKey('k2')];
const A = { iss: 'https://a.example', aud: 'api-a' };
const B = { iss: 'https://b.example', aud: 'api-b' };

interface Lab {
  readonly verifier: Verifier;
  readonly endpoints: readonly [TestEndpoint, TestEndpoint];
  readonly events: readonly VerifierEvent[];
}

/** A verifier for A and B; both publish another key under the same kid. */
async function createLab(options: Partial<VerifierOptions> = {}): Promise<Lab> {
  const endpoints = [createEndpoint([keyA.jwk]), createEndpoint([keyB.jwk])] as const;
  const events: VerifierEvent[] = [];
  const of = ({ iss, aud }: typeof A, { fetch }: TestEndpoint): VerifierOptions => ({
    issuer: iss,
    audience: aud,
    jwksUrl: `${iss}/jwks`,
    algorithms: ['RS256'],
    fetch,
    onEvent: (event) => events.push(event),
    ...options,
  });
  const verifier = createMultiIssuerVerifier([of(A, endpoints[0]), of(B, endpoints[1])]);
  await verifier.warm();
  return { verifier, endpoints, events };
}

describe.each([
  ['with its cache', {}],
  ['without', { tokenCache: false }],
] as const)('a verifier for several issuers, %s', (_, options) => {
  test('accepts the tokens of each', async () => {
    const { verifier } = await createLab(options);
    for (let times = 0; times < 2; times += 1) {
      expect(verifier.verifySync(signToken(keyA, { claims: A }))?.claims.iss).toBe(A.iss);
      expect((await verifier.verify(signToken(keyB, { claims: B }))).claims.iss).toBe(B.iss);
    }
  });

  test('takes no key of one issuer for a token of another, though they share the kid', async () => {
    const { verifier } = await createLab(options);
    expect(await judge(verifier, signToken(keyB, { claims: A }))).toBe('invalid_token: signature');
    expect(await judge(verifier, signToken(keyA, { claims: B }))).toBe('invalid_token: signature');
  });

  test('takes none either where only the other has the kid', async () => {
    const { verifier, endpoints } = await createLab(options);
    endpoints[1].answer([keyB.jwk, keyC.jwk]);
    expect(await judge(verifier, signToken(keyC, { claims: B }))).toBe('accepted');
    expect(await judge(verifier, signToken(keyC, { claims: A }))).toBe('invalid_token: unknown-kid');
  });

  test('takes the audience of one issuer for no token of another', async () => {
    const { verifier } = await createLab(options);
    expect(await judge(verifier, signToken(keyA, { claims: { ...A, aud: B.aud } }))).toBe(
      'invalid_token: aud',
    );
  });

  test.each([
    ['unknown', 'https://c.example'],
    ['absent', undefined],
    ['a name every object has', 'constructor'],
    ['in a list', [A.iss]],
    ['a number', 1],
    ['another spelling', `${A.iss}/`],
  ])('refuses a token whose iss is %s, and fetches nothing for it', async (_name, iss) => {
    const { verifier, endpoints } = await createLab(options);
    const token = signToken(keyC, { claims: { ...A, iss } });
    expect(await judge(verifier, token)).toBe('invalid_token: iss');
    expect(endpoints.map(({ requests }) => requests)).toEqual([1, 1]);
  });

  test('takes the last of two iss for both questions: which keys, and whose token', async () => {
    const { verifier } = await createLab(options);
    const exp = Math.floor(Date.now() / 1000) + 60;
    const claims = `{"iss":"${A.iss}","iss":"${B.iss}","aud":"api-b","sub":"ada","exp":${exp}}`;
    expect(await judge(verifier, signToken(keyA, { claims }))).toBe('invalid_token: signature');
    expect(await judge(verifier, signToken(keyB, { claims }))).toBe('accepted');
  });

  test.each([
    '',
    '.',
    '..',
    'a.b',
    'a.b.c',
    `a.${Buffer.from('null').toString('base64url')}.c`,
    'x'.repeat(20_000),
  ])('refuses what is no token', async (token) => {
    const { verifier } = await createLab(options);
    expect(await judge(verifier, token)).toMatch(/^invalid_token: /);
  });

  test('refuses what is no text, as a JavaScript caller may hand over', async () => {
    const { verifier } = await createLab(options);
    for (const token of [undefined, null, 5, {}]) {
      expect(await judge(verifier, token as string)).toBe('invalid_token: segments');
    }
  });
});

test('asks each issuer for its own keys only', async () => {
  const { verifier, endpoints } = await createLab();
  for (let id = 0; id < 20; id += 1)
    await judge(verifier, signToken(createTwin(keyC, `x${id}`), { claims: B }));
  expect(endpoints[0].requests).toBe(1);
  expect(endpoints[1].requests).toBe(3);
});

test('lets an outage at one issuer harm no token of another', async () => {
  const { verifier, endpoints } = await createLab();
  endpoints[1].answer(new TypeError('fetch failed'));
  expect(await judge(verifier, signToken(keyC, { claims: B }))).toBe('jwks_unavailable: no-key-set');
  expect(await judge(verifier, signToken(keyA, { claims: A }))).toBe('accepted');
  expect(verifier.ready).toBe(true);
});

test('warms all, names every issuer that failed, and is ready for the others', async () => {
  const good = createEndpoint([keyA.jwk]);
  const down: VerifierOptions['fetch'] = () => Promise.reject(new TypeError('fetch failed'));
  const of = (name: string, fetch: VerifierOptions['fetch'] = down): VerifierOptions => ({
    issuer: `https://${name}.example`,
    jwksUrl: `https://${name}.example/jwks`,
    audience: 'api',
    algorithms: ['RS256'],
    fetch,
  });
  const verifier = createMultiIssuerVerifier([of('a', good.fetch), of('b'), of('c')]);
  expect(verifier.ready).toBe(false);
  const error: unknown = await verifier.warm().catch((caught: unknown) => caught);
  expect(error).toMatchObject({ name: 'JwksError', reason: 'unreachable' });
  expect((error as Error).message).toMatch(/b\.example[^]*c\.example/);
  expect(verifier.ready).toBe(true);
  await verifier[Symbol.asyncDispose]();
});

test('is not made with wrong options, an issuer twice, or none at all', () => {
  const good = { issuer: A.iss, jwksUrl: `${A.iss}/jwks`, audience: 'api', algorithms: ['RS256'] };
  const problemsOf = (issuers: unknown): readonly string[] => {
    try {
      createMultiIssuerVerifier(issuers as IssuerOptions);
    } catch (error) {
      if (error instanceof VerifierConfigError) return error.problems;
      throw error;
    }
    return [];
  };
  expect(problemsOf([good, good])).toEqual(['issuers[1].issuer is there twice.']);
  expect(problemsOf([good, { ...good, issuer: B.iss, audience: '', leeway: 90 }])).toEqual([
    'issuers[1]: audience must be a string that is not blank.',
    'issuers[1]: leeway must be a number of seconds from 0 to 60.',
  ]);
  for (const none of [[], undefined, good]) expect(problemsOf(none)).toHaveLength(1);
});

function createTwin(key: typeof keyA, kid: string): typeof keyA {
  return { ...key, kid };
}
