import { describe, expect, it } from 'vitest';
import { loadSettings, SettingsError } from './settings.ts';

const good = { BETTER_AUTH_URL: 'https://app.example.com', JWT_AUDIENCE: 'https://api.example.com' };

function problemsOf(env: Record<string, string>): string[] {
  try {
    loadSettings(env);
  } catch (error) {
    if (error instanceof SettingsError)
      return error.problems.map(({ name, problem }) => `${name} ${problem}`);
    throw error;
  }
  return [];
}

describe('settings', () => {
  it('needs an issuer and an audience, and has a default for everything else', () => {
    expect(loadSettings(good)).toEqual({
      issuer: 'https://app.example.com',
      jwksUrl: 'https://app.example.com/.well-known/jwks.json',
      audience: 'https://api.example.com',
      cacheTtl: 3600,
      cooldown: 30,
      timeout: 5,
      maxStale: 3600,
      leeway: 5,
      startup: 'strict',
      allowedOrigins: [],
      host: '127.0.0.1',
      port: 8000,
      logLevel: 'info',
      serverTiming: false,
    });
  });

  it('takes the environment of the quickstart', () => {
    const settings = loadSettings({
      ...good,
      BETTER_AUTH_JWKS_URL: 'https://app.example.com/api/auth/jwks',
      NEON_DATABASE_URL: 'postgresql://user:secret@host/database?sslmode=require',
      JWKS_CACHE_TTL: '3600',
      ALLOWED_ORIGINS: 'https://app.example.com, http://localhost:3000',
      HOST: '0.0.0.0',
      PORT: '0',
      DEBUG: 'false',
    });
    expect(settings).toMatchObject({
      jwksUrl: 'https://app.example.com/api/auth/jwks',
      databaseUrl: 'postgresql://user:secret@host/database?sslmode=require',
      cacheTtl: 3600,
      allowedOrigins: ['https://app.example.com', 'http://localhost:3000'],
      host: '0.0.0.0',
      port: 0,
    });
  });

  it('keeps a trailing slash of the issuer, which belongs to the claim, out of the address of the key set', () => {
    expect(loadSettings({ ...good, BETTER_AUTH_URL: 'https://tenant.example/' })).toMatchObject({
      issuer: 'https://tenant.example/',
      jwksUrl: 'https://tenant.example/.well-known/jwks.json',
    });
  });

  it('names every problem at once, each with what to do', () => {
    const env = {
      BETTER_AUTH_URL: 'app.example.com',
      PORT: '70000',
      JWKS_CACHE_TTL: '1h',
      LOG_LEVEL: 'loud',
    };
    expect(problemsOf(env)).toEqual([
      'BETTER_AUTH_URL is not an absolute http(s) URL',
      'JWT_AUDIENCE is not set',
      'JWKS_CACHE_TTL is not a number of seconds',
      'PORT is not a port number',
      'LOG_LEVEL is none of the values it may have',
    ]);
    expect(() => loadSettings(env)).toThrow('- PORT is not a port number. Give a whole number from 0');
  });

  it.each([
    ['BETTER_AUTH_URL', 'https://app.example.com?tenant=a', 'holds a query (?)'],
    ['BETTER_AUTH_URL', '  ', 'is not set'],
    ['BETTER_AUTH_JWKS_URL', 'file:///etc/jwks.json', 'is not an absolute http(s) URL'],
    ['BETTER_AUTH_JWKS_URL', 'https://user:secret@app.example.com/jwks', 'holds a user name or a password'],
    ['JWKS_CACHE_TTL', '0', 'is out of range'],
    ['JWKS_CACHE_TTL', '-1', 'is not a number of seconds'],
    ['JWKS_CACHE_TTL', '3600 # one hour', 'is not a number of seconds'],
    ['JWT_LEEWAY', '61', 'is out of range'],
    ['JWKS_STARTUP', 'Strict', 'is none of the values it may have'],
    ['DATABASE_URL', 'mysql://localhost/db', 'is not a PostgreSQL connection URL'],
    ['ALLOWED_ORIGINS', '*', 'holds a wildcard, and origins are compared exactly'],
    ['ALLOWED_ORIGINS', 'null', 'holds an entry that is not an http(s) origin'],
    [
      'ALLOWED_ORIGINS',
      'https://App.example.com/',
      'holds an origin that browsers send as https://app.example.com',
    ],
    ['HOST', 'http://localhost', 'is not a host name or an IP address'],
    ['PORT', '80.5', 'is not a port number'],
    ['SERVER_TIMING', 'true', 'is none of the values it may have'],
  ])('refuses %s=%s: it %s', (name, value, problem) => {
    expect(problemsOf({ ...good, [name]: value })).toEqual([`${name} ${problem}`]);
  });

  it('refuses two databases that are not the same one', () => {
    const databases = { DATABASE_URL: 'postgres://localhost/a', NEON_DATABASE_URL: 'postgres://localhost/b' };
    expect(problemsOf({ ...good, ...databases })).toEqual([
      'NEON_DATABASE_URL names another database than DATABASE_URL',
    ]);
    expect(problemsOf({ ...good, ...databases, NEON_DATABASE_URL: databases.DATABASE_URL })).toEqual([]);
  });

  it('repeats no value in a message, since one may hold a password', () => {
    const secret = 'correct-horse';
    const env = {
      BETTER_AUTH_URL: `https://user:${secret}@app.example.com`,
      BETTER_AUTH_JWKS_URL: `ftp://user:${secret}@app.example.com`,
      DATABASE_URL: `postgres//user:${secret}@host/db`,
      NEON_DATABASE_URL: `mysql://user:${secret}@host/db`,
      ALLOWED_ORIGINS: `https://user:${secret}@app.example.com`,
      JWKS_CACHE_TTL: secret,
      JWKS_STARTUP: secret,
      HOST: `@${secret}`,
      PORT: secret,
      LOG_LEVEL: secret,
    };
    expect(problemsOf(env)).toHaveLength(12);
    expect(problemsOf(env).join('\n')).not.toContain(secret);
  });
});
