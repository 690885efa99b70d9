import { generateKeyPairSync } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { forgeries, type IssuerControl, startMockIdp } from '../../mock-idp/index.ts';
import {
  checkPublicSecrets,
  diagnose,
  type Diagnosis,
  environmentSource,
  explainToken,
  gatherSettings,
  readEnvFile,
} from './index.ts';

const SECRET = 'kV3m9QzR1xT7bLs0pWc4Yf8NgHdUe2Ja';

/** But for the time it took: a busy machine is slow by itself. */
async function found(env: Readonly<Record<string, string>>): Promise<readonly Diagnosis[]> {
  const { diagnoses } = await diagnose(gatherSettings([environmentSource(env)]), { fetch });
  return diagnoses.filter(({ id }) => id !== 'jwks-slow');
}

async function seen(env: Readonly<Record<string, string>>): Promise<readonly string[]> {
  return (await found(env)).filter(({ severity }) => severity !== 'ok').map(({ id }) => id);
}

async function serve(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A key set endpoint that answers this, and 404 anywhere else. */
async function keySetOf(body: unknown, status = 200, headers: Record<string, string> = {}) {
  return serve((request, response) => {
    if (request.url !== '/jwks') return response.writeHead(404).end();
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
  });
}

function rsa(bits = 2048) {
  return generateKeyPairSync('rsa', { modulusLength: bits });
}

describe('a configuration', () => {
  test('without fault gives no finding', async () => {
    await using idp = await startMockIdp();
    const { issuer, jwksUrl, audience } = idp.issuer();
    const env = {
      BETTER_AUTH_URL: issuer,
      BETTER_AUTH_JWKS_URL: jwksUrl,
      JWT_AUDIENCE: audience,
      BETTER_AUTH_SECRET: SECRET,
      JWT_LIFETIME: '15m',
      JWKS_CACHE_TTL: '3600',
      JWKS_ROTATION_INTERVAL: '30d',
      ALLOWED_ORIGINS: 'https://app.shop.test,http://localhost:3000',
    };
    expect(await seen(env)).toEqual([]);
  });

  test('is judged whole: every finding comes at once, each with what to do', async () => {
    const env = {
      BETTER_AUTH_URL: 'auth.shop.test',
      BETTER_AUTH_JWKS_URL: 'http://127.0.0.1:1/jwks',
      BETTER_AUTH_SECRET: 'short',
      JWT_LIFETIME: '12h',
      JWT_LEEWAY: '300',
      JWKS_CACHE_TTL: '0',
      ALLOWED_ORIGINS: 'https://app.shop.test/',
    };
    const diagnoses = (await found(env)).filter(({ severity }) => severity !== 'ok');
    expect(diagnoses.map(({ id }) => id)).toEqual([
      'issuer-url',
      'jwks-unreachable',
      'audience-missing',
      'secret-short',
      'token-lifetime-long',
      'cache-ttl-zero',
      'leeway-long',
      'origins-spelling',
    ]);
    expect(diagnoses.every(({ remedy }) => remedy !== undefined && remedy !== '')).toBe(true);
  });

  test('shows no secret in any message', async () => {
    for (const secret of ['tiny-secret', SECRET, 'your-secret-your-secret-your-secret']) {
      expect(JSON.stringify(await found({ BETTER_AUTH_SECRET: secret }))).not.toContain(secret);
    }
  });
});

describe('the key set', () => {
  const { publicKey, privateKey } = rsa();
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' };
  const ed = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  const cases: readonly [string, unknown, readonly string[], number?, Record<string, string>?][] = [
    ['that cannot be found', 'no', ['jwks-status'], 404],
    ['behind a redirect', '', ['jwks-redirect'], 302, { location: '/elsewhere' }],
    ['that is a page', '<!doctype html><p>Sign in</p>', ['jwks-html']],
    ['that is no JSON', '{"keys":', ['jwks-not-json']],
    ['that is another document', { issuer: 'x' }, ['jwks-form']],
    ['that is empty', { keys: [] }, ['jwks-empty']],
    ['that is too large', { keys: [jwk], filler: 'x'.repeat(300_000) }, ['jwks-too-large']],
    ['with EdDSA keys only', { keys: [{ ...ed, kid: 'e' }] }, ['jwks-eddsa-only']],
    ['for encryption only', { keys: [{ ...jwk, use: 'enc', alg: 'RSA-OAEP' }] }, ['jwks-no-rs256']],
    [
      'with a private key',
      { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'p' }] },
      ['jwks-no-rs256', 'jwks-private'],
    ],
    [
      'with a kid twice',
      { keys: [jwk, { ...rsa().publicKey.export({ format: 'jwk' }), kid: 'one' }] },
      ['jwks-kid-twice'],
    ],
    [
      'with a short key',
      { keys: [jwk, { ...rsa(1024).publicKey.export({ format: 'jwk' }), kid: 's' }] },
      ['jwks-key'],
    ],
    ['with a key nobody can name', { keys: [jwk, { kty: 'RSA', n: jwk.n, e: jwk.e }] }, ['jwks-key']],
    ['with RSA and EdDSA keys', { keys: [jwk, { ...ed, kid: 'e' }] }, []],
  ];

  test.each(cases)('%s', async (_name, body, expected, status = 200, headers = {}) => {
    await using server = await keySetOf(body, status, headers);
    const ids = await seen({ BETTER_AUTH_JWKS_URL: `${server.url}/jwks` });
    expect(ids.filter((id) => id.startsWith('jwks'))).toEqual(expected);
  });

  test('that nobody serves: the place is named where one is', async () => {
    await using idp = await startMockIdp();
    const { issuer, jwksUrl } = idp.issuer();
    const diagnoses = await found({ BETTER_AUTH_URL: issuer, BETTER_AUTH_JWKS_URL: `${issuer}/keys` });
    expect(diagnoses.find(({ id }) => id === 'jwks-status')?.remedy).toContain(jwksUrl);
  });
});

describe('the issuer', () => {
  test.each([
    ['by a slash', '/', 'issuer-slash'],
    ['altogether', '/other', 'issuer-differs'],
  ])('that differs %s from what the discovery document says', async (_name, suffix, expected) => {
    await using server = await serve((request, response) => {
      const host = request.headers.host ?? '';
      const known = request.url?.endsWith('/.well-known/openid-configuration') === true;
      response.writeHead(known ? 200 : 404).end(JSON.stringify({ issuer: `http://${host}` }));
    });
    expect(await seen({ BETTER_AUTH_URL: `${server.url}${suffix}` })).toContain(expected);
  });

  test('beyond this machine needs HTTPS', async () => {
    const fetch = () => Promise.reject(new Error('no network'));
    const check = async (url: string) => {
      const { diagnoses } = await diagnose({ issuer: { value: url, place: 'x' } }, { fetch });
      return diagnoses.find(({ id }) => id.startsWith('issuer-url'));
    };
    expect(await check('http://auth.shop.test')).toMatchObject({ id: 'issuer-url-http', severity: 'error' });
    expect(await check('http://idp:4000')).toMatchObject({ id: 'issuer-url-http', severity: 'warning' });
    for (const local of [
      'http://localhost:3000',
      'http://127.1.2.3',
      'http://[::1]:80',
      'https://auth.shop.test',
    ])
      expect(await check(local)).toMatchObject({ severity: 'ok' });
  });
});

describe('keys', () => {
  test.each([
    ['7199', true],
    ['2h', false],
  ])('must not rotate faster than their tokens expire: every %s', async (interval, expected) => {
    const ids = await seen({ JWKS_ROTATION_INTERVAL: interval, JWT_LIFETIME: '1h', JWKS_CACHE_TTL: '3600' });
    expect(ids.includes('key-rotation-short')).toBe(expected);
  });
});

describe('allowed origins', () => {
  test.each([
    ['https://app.shop.test', []],
    ['["https://app.shop.test","http://localhost:3000"]', []],
    ['*', ['origins-any']],
    ['null', ['origins-null']],
    ['https://*.shop.test', ['origins-pattern']],
    ['https://app.shop.test:443', ['origins-spelling']],
    ['https://App.shop.test', ['origins-spelling']],
    ['https://app.shop.test/app', ['origins-spelling']],
    ['app.shop.test', ['origins-form']],
    ['http://app.shop.test', ['origins-http']],
    ['[broken', ['origins-form']],
  ])('%s', async (value, expected) => {
    const ids = await seen({ ALLOWED_ORIGINS: value });
    expect(ids.filter((id) => id.startsWith('origins'))).toEqual(expected);
  });
});

describe('a .env file', () => {
  test('says in which line a value stands, and what other programs read differently', () => {
    const { source, diagnoses } = readEnvFile('.env', 'A=1\nJWKS_CACHE_TTL=3600  # 1 hour\nA=2\nB="x # y"\n');
    expect(source.place('JWKS_CACHE_TTL')).toBe('JWKS_CACHE_TTL (.env:2)');
    expect(source.value('JWKS_CACHE_TTL')).toBe('3600');
    expect(diagnoses.map(({ id }) => id)).toEqual(['env-comment-in-line', 'env-given-twice']);
  });

  test('hands no secret to browsers', () => {
    const { source } = readEnvFile('.env', 'NEXT_PUBLIC_API_URL=http://x\nNEXT_PUBLIC_AUTH_SECRET=abc\n');
    expect(checkPublicSecrets([source]).map(({ cause }) => cause)).toEqual([
      'NEXT_PUBLIC_AUTH_SECRET (.env:2) is sent to every browser, as its prefix says',
    ]);
  });
});

describe('a token', () => {
  async function configuredFor({ issuer, jwksUrl, audience }: IssuerControl) {
    const env = { BETTER_AUTH_URL: issuer, BETTER_AUTH_JWKS_URL: jwksUrl, JWT_AUDIENCE: audience };
    const settings = gatherSettings([environmentSource(env)]);
    return { settings, keys: (await diagnose(settings, { fetch })).keys };
  }

  async function explained(name?: string) {
    await using idp = await startMockIdp();
    const issuer = idp.issuer();
    const { settings, keys } = await configuredFor(issuer);
    const token =
      name === undefined ? (await issuer.mint({})).token : ((await issuer.forge(name))[0]?.token ?? '');
    const explanation = explainToken(token, { keys, settings, now: Date.now() });
    expect(JSON.stringify(explanation)).not.toContain(token.split('.').at(-1) || token);
    return explanation.steps.filter(({ outcome }) => outcome === 'fail').map((step) => step.name);
  }

  test('that is good passes every check', async () => {
    expect(await explained()).toEqual([]);
  });

  test.each([
    ['alg-none', ['form']],
    ['jws-sig-bitflip-first', ['signature']],
    ['exp-past', ['exp']],
    ['iss-trailing-slash', ['iss']],
    ['aud-wrong', ['aud']],
    ['nbf-future', ['nbf']],
    ['sub-missing', ['sub']],
    ['kid-unknown', ['signature']],
  ])('with one fault (%s) names that one', async (name, expected) => {
    expect(await explained(name)).toEqual(expected);
  });

  test('is refused here where the contract refuses it, whatever is wrong with it', async () => {
    await using idp = await startMockIdp();
    const issuer = idp.issuer();
    const { settings, keys } = await configuredFor(issuer);
    const wrong: string[] = [];
    for (const { name, verdict } of forgeries.filter((forgery) => forgery.verdict !== 'either')) {
      for (const { token, variant } of await issuer.forge(name)) {
        const { steps } = explainToken(token, { keys, settings, now: Date.now() });
        const refused = steps.some(({ outcome }) => outcome === 'fail');
        if (refused !== (verdict !== 'accept')) wrong.push(`${name}: ${variant}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test.each([
    ['Bearer a.b.c', 'Bearer'],
    ['opaque-session-token', 'opaque'],
    ['a.b.c.d.e', 'JWE'],
    ['a..c', 'base64url'],
  ])('that is none says what it is: %s', (token, word) => {
    const { steps } = explainToken(token, { keys: new Map(), settings: {}, now: 0 });
    expect(steps).toMatchObject([{ name: 'form', outcome: 'fail' }]);
    expect(steps[0]?.detail).toContain(word);
  });
});
