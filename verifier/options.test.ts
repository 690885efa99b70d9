import { expect, test } from 'vitest';
import type { VerifierOptions } from './contract.ts';
import { VerifierConfigError } from './errors.ts';
import { resolveOptions } from './options.ts';

const good: VerifierOptions = {
  jwksUrl: 'https://idp.example/jwks',
  issuer: 'https://idp.example',
  audience: 'api',
  algorithms: ['RS256'],
};

function problemsOf(options: unknown): readonly string[] {
  try {
    resolveOptions(options as VerifierOptions);
    return [];
  } catch (error) {
    if (error instanceof VerifierConfigError) return error.problems;
    throw error;
  }
}

test('fills in the defaults of the contract', () => {
  expect(resolveOptions(good)).toMatchObject({
    leeway: 5,
    ttlMs: 3_600_000,
    cooldownMs: 30_000,
    timeoutMs: 5000,
    maxStaleMs: 3_600_000,
    maxTokenBytes: 16_384,
    tokenCache: { maxTokens: 32_768, maxBytes: 67_108_864 },
    onEvent: undefined,
  });
});

test('takes what is given', () => {
  expect(resolveOptions({ ...good, leeway: 0, maxStale: 0, tokenCache: { maxTokens: 8 } })).toMatchObject({
    leeway: 0,
    maxStaleMs: 0,
    tokenCache: { maxTokens: 8, maxBytes: 67_108_864 },
  });
  expect(resolveOptions({ ...good, tokenCache: false }).tokenCache).toBeUndefined();
});

test('means RS256 where a JavaScript caller names no algorithm', () => {
  expect(problemsOf({ ...good, algorithms: undefined })).toEqual([]);
});

test.each([[['HS256']], [['RS256', 'HS256']], [[]], ['RS256'], [['rs256']], [null]])(
  'refuses the algorithms %j',
  (algorithms) => {
    expect(problemsOf({ ...good, algorithms })).toEqual([
      "algorithms must be ['RS256'], the only algorithm of the contract.",
    ]);
  },
);

test('names every wrong option at once', () => {
  const wrong = {
    jwksUrl: 'idp.example/jwks',
    audience: ' ',
    algorithms: ['none'],
    leeway: 61,
    cacheTtl: 0,
    cooldown: -1,
    timeout: '5',
    maxStale: NaN,
    maxTokenBytes: 1.5,
    tokenCache: { maxTokens: 1, entries: 5 },
    now: 0,
    fetch: {},
    onEvent: true,
    audiance: 'api',
  };
  expect(problemsOf(wrong)).toEqual([
    'jwksUrl must be an absolute http or https URL without user name and password.',
    'issuer is missing: it must be a string that is not blank.',
    'audience must be a string that is not blank.',
    "algorithms must be ['RS256'], the only algorithm of the contract.",
    'leeway must be a number of seconds from 0 to 60.',
    'cacheTtl must be a number of seconds above 0, at most 30 days.',
    'cooldown must be a number of seconds above 0, at most 30 days.',
    'timeout must be a number of seconds above 0, at most 30 days.',
    'maxStale must be a number of seconds from 0 to 30 days.',
    'maxTokenBytes must be a whole number above 0.',
    'now must be a function.',
    'fetch must be a function.',
    'onEvent must be a function.',
    'audiance is not an option.',
    'tokenCache.maxTokens must be a whole number above 1.',
    'tokenCache.entries is not an option.',
  ]);
});

test.each([undefined, null, 'https://idp.example', []])('refuses %j in place of options', (options) => {
  expect(problemsOf(options)).toEqual(['The options must be an object.']);
});

test.each([
  'ftp://idp.example',
  'file:///etc/jwks.json',
  'https://user:secret@idp.example/jwks',
  '/jwks',
  '',
])('refuses the key set URL %j, and does not repeat it', (jwksUrl) => {
  const problems = problemsOf({ ...good, jwksUrl });
  expect(problems).toHaveLength(1);
  expect(problems[0]).not.toContain('secret');
});

test.each([true, 'off', 5])('refuses the token cache %j', (tokenCache) => {
  expect(problemsOf({ ...good, tokenCache })).toEqual([
    'tokenCache must be false, or an object with maxTokens and maxBytes.',
  ]);
});
