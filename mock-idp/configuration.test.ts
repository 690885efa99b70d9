import { describe, expect, it } from 'vitest';
import {
  configurationPath,
  exposureWarning,
  type MockIdpConfiguration,
  resolveMockIdpOptions,
  startMockIdp,
} from './index.ts';

const file = (value: unknown): { path: string; text: string } => ({
  path: 'idp.json',
  text: typeof value === 'string' ? value : JSON.stringify(value),
});

describe('the options of a server', () => {
  it.each<[string, MockIdpConfiguration, number]>([
    ['the default', {}, 1],
    ['the file over the default', { file: file({ port: 2 }) }, 2],
    ['JSON_CONFIG over the default', { env: { JSON_CONFIG: '{"port":3}' } }, 3],
    ['the file over JSON_CONFIG', { env: { JSON_CONFIG: '{"port":3}' }, file: file({ port: 2 }) }, 2],
    ['PORT over the file', { env: { PORT: '4' }, file: file({ port: 2 }) }, 4],
    ['SERVER_PORT over PORT', { env: { PORT: '4', SERVER_PORT: '5' } }, 5],
    ['our own name over both', { env: { PORT: '4', SERVER_PORT: '5', MOCK_IDP_PORT: '6' } }, 6],
    ['the flag over all', { flags: { port: 7 }, env: { MOCK_IDP_PORT: '6' }, file: file({ port: 2 }) }, 7],
    ['no flag, no say', { flags: { port: undefined }, env: { PORT: '4' } }, 4],
    ['an empty variable, no say', { env: { SERVER_PORT: '', PORT: '4' } }, 4],
  ])('come from %s', (_, configuration, port) => {
    expect(resolveMockIdpOptions({ ...configuration, defaults: { port: 1 } })).toEqual({ port });
  });

  it('may all come from the environment, but for what is a tree', () => {
    const env = {
      SERVER_HOSTNAME: '0.0.0.0',
      MOCK_IDP_PUBLIC_URL: 'http://idp:4000/',
      MOCK_IDP_ISSUER: 'https://app.test',
      MOCK_IDP_PRESET: 'okta',
      MOCK_IDP_AUDIENCE: 'orders',
      MOCK_IDP_TOKEN_LIFETIME: '60',
      MOCK_IDP_INTERACTIVE_LOGIN: 'false',
      MOCK_IDP_ROTATE_REFRESH_TOKEN: 'true',
      MOCK_IDP_CONTROL_TOKEN: 'secret',
      MOCK_IDP_MAX_ISSUERS: '5',
      MOCK_IDP_ALLOWED_ORIGINS: 'http://localhost:3000, http://localhost:5173',
    };
    expect(resolveMockIdpOptions({ env })).toEqual({
      host: '0.0.0.0',
      publicUrl: 'http://idp:4000',
      issuer: 'https://app.test',
      preset: 'okta',
      audience: 'orders',
      tokenLifetime: 60,
      interactiveLogin: false,
      rotateRefreshToken: true,
      controlToken: 'secret',
      maxIssuers: 5,
      allowedOrigins: ['http://localhost:3000', 'http://localhost:5173'],
    });
  });

  it('may come from a document of navikt/mock-oauth2-server, as far as the meaning is the same', async () => {
    const options = resolveMockIdpOptions({
      file: file({
        interactiveLogin: false,
        rotateRefreshToken: false,
        tokenProvider: { systemTime: '2030-01-01T00:00:00Z' },
      }),
    });
    await using idp = await startMockIdp(options);
    expect((await idp.issuer().mint()).claims['iat']).toBe(Date.UTC(2030, 0) / 1000);
    expect(await idp.clock()).toMatchObject({ frozen: true });
  });

  it.each<[string, MockIdpConfiguration, string]>([
    [
      'an unknown member',
      { file: file({ isuer: 'x' }) },
      'configuration idp.json: unknown member "isuer"; did you mean "issuer"?',
    ],
    [
      'an unknown member of an issuer',
      { file: file({ issuers: { a: { audiense: 'x' } } }) },
      'issuers.a: unknown member "audiense"; did you mean "audience"?',
    ],
    [
      'a member of another server',
      { file: file({ tokenCallbacks: [] }) },
      '"tokenCallbacks" is not known here: ask for claims',
    ],
    ['keys of another server', { file: file({ tokenProvider: { keyProvider: {} } }) }, '"signingKeys"'],
    ['no JSON', { file: file('{\n"port": 1,') }, 'configuration idp.json: it is no JSON'],
    ['a list', { file: file([]) }, 'expected a JSON object'],
    ['a wrong type', { file: file({ port: '1' }) }, 'idp.json: port:'],
    [
      'an unknown variable',
      { env: { MOCK_IDP_PROT: '1' } },
      'no variable is called MOCK_IDP_PROT; did you mean "MOCK_IDP_PORT"?',
    ],
    [
      'a port that is no number',
      { env: { SERVER_PORT: 'http' } },
      'SERVER_PORT: expected a whole number, not "http"',
    ],
    ['a flag that is neither', { env: { MOCK_IDP_INTERACTIVE_LOGIN: 'yes' } }, 'expected true or false'],
    ['an unknown preset', { env: { MOCK_IDP_PRESET: 'auth1' } }, 'did you mean "auth0"?'],
  ])('are refused with %s', (_, configuration, message) => {
    expect(() => resolveMockIdpOptions(configuration)).toThrow(message);
  });

  it('never quote the document, which may hold a password', () => {
    const text = '{"users":[{"password":"hunter2" "sub":1}]}';
    expect(() => resolveMockIdpOptions({ file: file(text) })).toThrow(/^(?!.*hunter2).*no JSON/su);
  });
});

describe('the path of the configuration', () => {
  it.each<[string | undefined, Record<string, string>, string | undefined]>([
    [undefined, {}, undefined],
    [undefined, { JSON_CONFIG_PATH: 'a.json' }, 'a.json'],
    [undefined, { JSON_CONFIG_PATH: 'a.json', JSON_CONFIG: '{}' }, undefined],
    ['b.json', { JSON_CONFIG_PATH: 'a.json', JSON_CONFIG: '{}' }, 'b.json'],
  ])('by hand %j with %j is %j', (byHand, env, path) => {
    expect(configurationPath(byHand, env)).toBe(path);
  });
});

describe('a server that others can reach', () => {
  it.each([{}, { host: '127.0.0.1' }, { host: '127.1.2.3' }, { host: 'localhost' }, { host: '::1' }])(
    'is none where it listens at %j',
    (options) => {
      expect(exposureWarning(options)).toBeUndefined();
    },
  );

  it.each([
    [{ host: '0.0.0.0' }, 'mint any token and change the keys: set a control token'],
    [{ host: '0.0.0.0', controlToken: 'x' }, 'can sign in as anybody: this server is for tests only'],
    [{ host: '127.example.com' }, 'Whoever reaches 127.example.com'],
  ])('is warned of: %j', (options, warning) => {
    expect(exposureWarning(options)).toContain(warning);
  });
});
