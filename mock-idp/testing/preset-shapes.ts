import { expect } from 'vitest';
import type { PresetName } from '../index.ts';

/** Seconds since the epoch, of the clock that the shapes were made by. */
export const NOW = 1_900_000_000;
const UUID = expect.stringMatching(
  /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/u,
) as string;
const times = { iat: NOW, exp: NOW + 300 };

export interface Shape {
  /** Name of the issuer, as its users would choose it. */
  readonly name: string;
  readonly issuer: string;
  readonly jwks: string;
  readonly token: string;
  readonly typ: string | undefined;
  readonly keyMembers: readonly string[];
  readonly claims: Readonly<Record<string, unknown>>;
}

const RSA = ['kty', 'use', 'alg', 'kid', 'n', 'e'];

/** What each provider's documentation shows, with our user, audience and clock. */
export const SHAPES: Readonly<Record<PresetName, Shape>> = {
  'better-auth': {
    name: '',
    issuer: '',
    jwks: '/api/auth/jwks',
    token: '/api/auth/oauth2/token',
    typ: undefined,
    keyMembers: ['kty', 'alg', 'kid', 'n', 'e'],
    claims: {
      ...times,
      name: 'Example User',
      email: 'user@example.com',
      emailVerified: true,
      image: null,
      createdAt: '2025-01-01T00:00:00.000Z',
      updatedAt: '2025-01-01T00:00:00.000Z',
      id: 'user-123',
      sub: 'user-123',
      aud: 'https://api.example.com',
    },
  },
  auth0: {
    name: 'auth0',
    issuer: '/auth0/',
    jwks: '/auth0/.well-known/jwks.json',
    token: '/auth0/oauth/token',
    typ: 'JWT',
    keyMembers: RSA,
    claims: {
      ...times,
      sub: 'user-123',
      aud: ['https://api.example.com', expect.stringMatching(/\/auth0\/userinfo$/u)],
      azp: 'gateproof',
      scope: 'openid profile email',
      permissions: [],
    },
  },
  cognito: {
    name: 'us-east-1_example',
    issuer: '/us-east-1_example',
    jwks: '/us-east-1_example/.well-known/jwks.json',
    token: '/us-east-1_example/oauth2/token',
    typ: undefined,
    keyMembers: RSA,
    claims: {
      ...times,
      sub: 'user-123',
      version: 2,
      client_id: 'https://api.example.com',
      origin_jti: UUID,
      event_id: UUID,
      token_use: 'access',
      scope: 'openid profile email',
      auth_time: NOW,
      jti: UUID,
      username: 'user-123',
    },
  },
  'entra-id': {
    name: '72f988bf-86f1-41af-91ab-2d7cd011db47',
    issuer: '/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0',
    jwks: '/72f988bf-86f1-41af-91ab-2d7cd011db47/discovery/v2.0/keys',
    token: '/72f988bf-86f1-41af-91ab-2d7cd011db47/oauth2/v2.0/token',
    typ: 'JWT',
    keyMembers: ['kty', 'use', 'kid', 'n', 'e'],
    claims: {
      ...times,
      aud: 'https://api.example.com',
      nbf: NOW,
      azp: 'gateproof',
      azpacr: '0',
      name: 'Example User',
      oid: UUID,
      preferred_username: 'user@example.com',
      scp: 'access_as_user',
      sub: 'user-123',
      tid: '72f988bf-86f1-41af-91ab-2d7cd011db47',
      uti: expect.any(String),
      ver: '2.0',
    },
  },
  keycloak: {
    name: 'realms/demo',
    issuer: '/realms/demo',
    jwks: '/realms/demo/protocol/openid-connect/certs',
    token: '/realms/demo/protocol/openid-connect/token',
    typ: 'JWT',
    keyMembers: RSA,
    claims: {
      ...times,
      jti: UUID,
      aud: 'https://api.example.com',
      sub: 'user-123',
      typ: 'Bearer',
      azp: 'gateproof',
      acr: '1',
      'allowed-origins': [],
      realm_access: { roles: ['offline_access', 'uma_authorization', 'default-roles'] },
      resource_access: { account: { roles: ['manage-account', 'view-profile'] } },
      scope: 'openid profile email',
      email_verified: true,
      name: 'Example User',
      given_name: 'Example',
      family_name: 'User',
      preferred_username: 'user@example.com',
      email: 'user@example.com',
    },
  },
  okta: {
    name: 'oauth2/default',
    issuer: '/oauth2/default',
    jwks: '/oauth2/default/v1/keys',
    token: '/oauth2/default/v1/token',
    typ: undefined,
    keyMembers: RSA,
    claims: {
      ...times,
      ver: 1,
      jti: expect.stringMatching(/^AT\./u),
      aud: 'https://api.example.com',
      cid: 'gateproof',
      uid: expect.stringMatching(/^00u[\da-z]{17}$/u),
      scp: ['openid', 'profile', 'email'],
      sub: 'user-123',
    },
  },
  google: {
    name: 'google',
    issuer: '/google',
    jwks: '/google/oauth2/v3/certs',
    token: '/google/token',
    typ: 'JWT',
    keyMembers: RSA,
    claims: {
      ...times,
      azp: 'https://api.example.com',
      aud: 'https://api.example.com',
      sub: 'user-123',
      hd: 'example.com',
      email: 'user@example.com',
      email_verified: true,
      name: 'Example User',
      given_name: 'Example',
      family_name: 'User',
    },
  },
  firebase: {
    name: 'my-project',
    issuer: '/my-project',
    jwks: '/my-project/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com',
    token: '/my-project/v1/token',
    typ: 'JWT',
    keyMembers: RSA,
    claims: {
      ...times,
      name: 'Example User',
      aud: 'https://api.example.com',
      auth_time: NOW,
      user_id: 'user-123',
      sub: 'user-123',
      email: 'user@example.com',
      email_verified: true,
      firebase: { identities: { email: ['user@example.com'] }, sign_in_provider: 'password' },
    },
  },
};
