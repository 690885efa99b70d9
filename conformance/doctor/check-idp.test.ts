import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { OAuth2Server } from 'oauth2-mock-server';
import { describe, expect, test } from 'vitest';
import {
  type FaultAction,
  forgeries,
  type IssuerControl,
  type KeyChange,
  type PresetName,
  selfSignedCertificate,
  startMockIdp,
} from '../../mock-idp/index.ts';
import { startBetterAuth } from '../../mock-idp/testing/better-auth.ts';
import { betterAuthClient } from '../../mock-idp/testing/better-auth-client.ts';
import { checkIdp, type IdpReport } from './index.ts';

interface Asked {
  readonly issuer: string;
  readonly jwksUrl?: string;
  readonly audience?: string;
  readonly token?: string;
}

async function check({ issuer, jwksUrl, audience, token }: Asked): Promise<IdpReport> {
  const report = await checkIdp({
    issuer,
    ...(jwksUrl !== undefined && { jwksUrl }),
    ...(audience !== undefined && { audience }),
    ...(token !== undefined && { token }),
    fetch,
    now: Date.now(),
  });
  for (const { id, why, severity, remedy } of report.findings) {
    expect(why, `the clause behind ${id}`).not.toBe('');
    expect(remedy !== undefined && remedy !== '', `what to do about ${id}`).toBe(severity !== 'ok');
  }
  return report;
}

/** What is not as it should be, but for the time it took: a busy machine is slow by itself. */
function faultsOf({ findings }: IdpReport): readonly string[] {
  return findings
    .filter(({ id }) => id !== 'jwks-slow')

    .filter(({ severity }) => severity === 'error' || severity === 'warning')
    .map(({ id }) => id);
}

describe('is fit, to the token:', () => {
  test('Better Auth itself, whose key set no document names', async () => {
    await using server = await startBetterAuth();
    const client = betterAuthClient(server.url);
    await client.signUp.email({ email: 'a@b.test', password: 'password', name: 'a' });
    const token = String((await client.token()).data?.token);
    const asked = { issuer: server.url, audience: server.url, token };
    const named = await check({ ...asked, jwksUrl: server.jwksUrl });
    expect([named.verdict, faultsOf(named)]).toEqual(['fit', []]);
    const found = await check(asked);
    expect([found.verdict, faultsOf(found)]).toEqual(['fit', ['jwks-not-named']]);
    expect(JSON.stringify(found)).toContain(server.jwksUrl);
  });

  test('oauth2-mock-server', async () => {
    const server = new OAuth2Server();
    await server.issuer.keys.generate('RS256');
    await server.start(0, '127.0.0.1');
    try {
      const transform = (_: unknown, claims: Record<string, unknown>) => {
        Object.assign(claims, { sub: 'user-123', aud: 'api' });
      };
      const token = await server.issuer.buildToken({ scopesOrTransform: transform });
      const report = await check({ issuer: server.issuer.url ?? '', audience: 'api', token });
      expect([report.verdict, faultsOf(report)]).toEqual(['fit', []]);
    } finally {
      await server.stop();
    }
  });

  test.each<[PresetName, readonly string[]]>([
    ['better-auth', []],
    ['auth0', []],
    // An access token of Cognito is for no API in particular.
    ['cognito', ['token-aud']],
    ['entra-id', []],
    ['keycloak', []],
    ['okta', []],
    ['google', []],
    ['firebase', []],
  ])('the mock in its preset %s', async (preset, faults) => {
    await using idp = await startMockIdp();
    const control = idp.issuer('tenant');
    const { issuer, audience } = await control.configure({ preset });
    const { token } = await control.mint({ claims: { exp: '+30m' } });
    const report = await check({ issuer, audience, token });
    expect([report.verdict, faultsOf(report)]).toEqual([faults.length === 0 ? 'fit' : 'unfit', faults]);
  });
});

test('says nothing of an issuer that cannot be reached', async () => {
  const idp = await startMockIdp();
  const { issuer, jwksUrl } = idp.issuer();
  await idp.close();
  expect((await check({ issuer })).verdict).toBe('none');
  expect((await check({ issuer, jwksUrl })).verdict).toBe('none');
});

test('names a certificate that nobody can trust', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = { alg: 'RS256', kid: 'tls', privateKey, publicKey } as unknown as Parameters<
    typeof selfSignedCertificate
  >[0];
  const der = selfSignedCertificate(key, { now: Date.now() / 1000, name: 'localhost' });
  const cert = `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`;
  const server = createServer({ cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const url = `https://localhost:${(server.address() as AddressInfo).port}`;
    const report = await check({ issuer: url, jwksUrl: `${url}/jwks` });
    expect([report.verdict, faultsOf(report)]).toEqual(['unfit', ['discovery-broken', 'jwks-tls']]);
  } finally {
    server.close();
  }
});

describe('the discovery document', () => {
  const cases: readonly [string, FaultAction, IdpReport['verdict'], readonly string[]][] = [
    [
      'of another issuer',
      { kind: 'edit', members: { issuer: 'https://a.test' } },
      'unfit',
      ['issuer-differs'],
    ],
    ['without an issuer', { kind: 'edit', members: { issuer: null } }, 'unfit', ['issuer-differs']],
    ['without a key set', { kind: 'edit', members: { jwks_uri: null } }, 'fit', ['jwks-not-named']],
    ['with a relative key set', { kind: 'edit', members: { jwks_uri: '/jwks' } }, 'unfit', ['jwks-url']],
    [
      'that has no RS256',
      { kind: 'edit', members: { id_token_signing_alg_values_supported: ['ES256'] } },
      'fit',
      ['discovery-no-rs256'],
    ],
    ['that fails', { kind: 'respond', status: 500 }, 'fit', ['discovery-broken', 'jwks-not-named']],
    [
      'that is a page',
      { kind: 'respond', status: 200, body: '<!doctype html>' },
      'fit',
      ['discovery-broken', 'jwks-not-named'],
    ],
    ['that is cut', { kind: 'invalid-json' }, 'fit', ['discovery-broken', 'jwks-not-named']],
    ['behind a redirect', { kind: 'redirect' }, 'fit', ['discovery-broken', 'jwks-not-named']],
    ['that is not there', { kind: 'respond', status: 404 }, 'fit', ['jwks-not-named']],
  ];
  test.each(cases)('%s', async (_, action, verdict, faults) => {
    await using idp = await startMockIdp();
    await idp.issuer().fault({ endpoint: 'discovery', actions: [action] });
    const report = await check({ issuer: idp.issuer().issuer });
    expect([report.verdict, faultsOf(report)]).toEqual([verdict, faults]);
  });

  test('whose issuer differs by a slash, a query', async () => {
    await using idp = await startMockIdp();
    const { issuer } = idp.issuer();
    expect(faultsOf(await check({ issuer: `${issuer}/` }))).toEqual(['issuer-slash']);
    expect(faultsOf(await check({ issuer: `${issuer}?tenant=a` }))).toContain('issuer-form');
  });
});

describe('the key set', () => {
  const answers: readonly [string, FaultAction, IdpReport['verdict'], readonly string[]][] = [
    ['that fails', { kind: 'respond', status: 503 }, 'unfit', ['jwks-status']],
    ['that is a page', { kind: 'respond', status: 200, body: '<html>' }, 'unfit', ['jwks-html']],
    ['that is cut', { kind: 'invalid-json' }, 'unfit', ['jwks-not-json']],
    ['behind a redirect', { kind: 'redirect' }, 'unfit', ['jwks-redirect']],
    ['that is too large', { kind: 'oversized', bytes: 300_000 }, 'unfit', ['jwks-too-large']],
    ['that is large', { kind: 'oversized', bytes: 100_000 }, 'fit', ['jwks-large']],
    ['that never comes', { kind: 'hang' }, 'unfit', ['jwks-timeout']],
    ['that is empty', { kind: 'respond', status: 200, json: { keys: [] } }, 'unfit', ['jwks-empty']],
    ['that is an error', { kind: 'respond', status: 200, json: { error: 'x' } }, 'unfit', ['jwks-form']],
    ['whose connection breaks', { kind: 'reset' }, 'none', ['jwks-unreachable']],
    ['sent as text', { kind: 'headers', headers: { 'content-type': 'text/plain' } }, 'fit', ['jwks-type']],
    ...['no-store', 'max-age=0', 'private, no-cache'].map(
      (value): [string, FaultAction, 'fit', readonly string[]] => [
        `sent with ${value}`,
        { kind: 'headers', headers: { 'cache-control': value } },
        'fit',
        ['jwks-uncacheable'],
      ],
    ),
    [
      'kept for a week',
      { kind: 'headers', headers: { 'cache-control': 'public, max-age=604800' } },
      'fit',
      ['jwks-cached-long'],
    ],
    ['kept for an hour', { kind: 'headers', headers: { 'cache-control': 'max-age=3600' } }, 'fit', []],
  ];
  test.each(answers)('%s', async (_, action, verdict, faults) => {
    await using idp = await startMockIdp();
    await idp.issuer().fault({ endpoint: 'jwks', actions: [action] });
    const report = await check({ issuer: idp.issuer().issuer });
    expect([report.verdict, faultsOf(report)]).toEqual([verdict, faults]);
  });

  test('that is slow', async () => {
    await using idp = await startMockIdp();
    await idp.issuer().fault({ endpoint: 'jwks', actions: [{ kind: 'delay', ms: 1100 }] });
    const { verdict, findings } = await check({ issuer: idp.issuer().issuer });
    expect(verdict).toBe('fit');
    expect(findings).toContainEqual(expect.objectContaining({ id: 'jwks-slow', severity: 'warning' }));
  });

  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const leaked = { ...privateKey.export({ format: 'jwk' }), kid: 'leaked' };
  const shared = { kty: 'oct', kid: 'shared', k: 'c2VjcmV0LXRoYXQtaXMtbG9uZy1lbm91Z2gtMDEyMw' };
  const stories: readonly [string, KeyChange, IdpReport['verdict'], readonly string[]][] = [
    ['with a private key', { story: 'decoys', keys: [leaked] }, 'unfit', ['jwks-private']],
    ['with a shared secret', { story: 'decoys', keys: [shared] }, 'unfit', ['jwks-symmetric']],
    ['with a kid twice', { story: 'odd-keys', sorts: ['duplicate-kid'] }, 'unfit', ['jwks-kid-twice']],
    ['with another algorithm', { story: 'edit', members: { alg: 'RS512' } }, 'unfit', ['jwks-no-rs256']],
    ['for encryption', { story: 'edit', members: { use: 'enc' } }, 'unfit', ['jwks-no-rs256']],
    ['for signing only', { story: 'edit', members: { key_ops: ['sign'] } }, 'unfit', ['jwks-no-rs256']],
    ...(
      [
        'rsa-1024',
        'exponent-one',
        'missing-kid',
        'numeric-kid',
        'missing-kty',
        'missing-n',
        'not-base64url',
        'null-entry',
        'text-entry',
        'empty-entry',
      ] as const
    ).map((sort): [string, KeyChange, 'fit', readonly string[]] => [
      `with an odd key: ${sort}`,
      { story: 'odd-keys', sorts: [sort] },
      'fit',
      ['jwks-key'],
    ]),
    [
      'with keys for other purposes',
      {
        story: 'odd-keys',
        sorts: ['ec-p256', 'ed25519', 'use-enc', 'key-ops-encrypt', 'wrong-alg', 'unknown-kty', 'rsa-4096'],
      },
      'fit',
      [],
    ],
  ];
  test.each(stories)('%s', async (_, story, verdict, faults) => {
    await using idp = await startMockIdp();
    await idp.issuer().changeKeys(story);
    const report = await check({ issuer: idp.issuer().issuer });
    expect([report.verdict, faultsOf(report)]).toEqual([verdict, faults]);
    const shown = JSON.stringify(report);
    for (const secret of [leaked.d, leaked.n, shared.k]) expect(shown).not.toContain(secret);
  });

  test('of EdDSA, as Better Auth has it unless told otherwise', async () => {
    await using server = await startBetterAuth({ alg: 'EdDSA' });
    const report = await check({ issuer: server.url, jwksUrl: server.jwksUrl });
    expect([report.verdict, faultsOf(report)]).toEqual(['unfit', ['jwks-eddsa-only']]);
  });

  test('beyond this machine needs HTTPS', async () => {
    const closed = () => Promise.reject(new Error('no network'));
    const options = { issuer: 'http://login.shop.test', jwksUrl: 'http://login.shop.test/jwks' };
    const report = await checkIdp({ ...options, fetch: closed, now: 0 });
    expect(faultsOf(report).slice(0, 2)).toEqual(['issuer-url-http', 'jwks-url-http']);
  });
});

describe('a token', () => {
  test('is unfit exactly where the contract refuses it, and is never shown', async () => {
    await using idp = await startMockIdp();
    const control: IssuerControl = idp.issuer();
    const { issuer, audience } = control;
    const wrong: string[] = [];
    for (const { name, verdict } of forgeries.filter((forgery) => forgery.verdict !== 'either')) {
      const [forged] = await control.forge(name);
      const token = forged?.token ?? '';
      const report = await check({ issuer, audience, token });
      if ((report.verdict === 'unfit') !== (verdict !== 'accept')) wrong.push(name);
      for (const segment of token.split('.').filter(({ length }) => length > 20))
        if (JSON.stringify(report).includes(segment)) wrong.push(`${name} is shown`);
    }
    expect(wrong).toEqual([]);
  });

  test('without an audience to compare it with is not judged by its aud', async () => {
    await using idp = await startMockIdp();
    const { token } = await idp.issuer().mint({ claims: { exp: '+30m' } });
    const { verdict, findings } = await check({ issuer: idp.issuer().issuer, token });
    expect(verdict).toBe('fit');
    expect(findings.find(({ id }) => id === 'token-aud')).toMatchObject({ severity: 'unknown' });
  });
});
