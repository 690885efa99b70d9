import type { Config } from '../../index.ts';

export default {
  contract: 'openapi.yaml',
  start: './start',
  env: {
    OIDC_AUTHORITY: '$issuer',
    OIDC_KEYS: '$jwksUrl',
    OIDC_CLIENT: '$audience',
    OIDC_SKEW: '$leeway',
    OIDC_KEYS_TTL: '$cacheTtl',
    OIDC_KEYS_RETRY: '$cooldown',
    OIDC_KEYS_STALE: '$maxStale',
  },
  users: {
    owner: { sub: 'auth0|64f1', claims: { org_id: 'acme' } },
    other: { sub: 'auth0|9c02', claims: { org_id: 'globex' } },
  },
  // Organisations register before they can have projects.
  setup: ({ users }) => ({
    env: { ORGANISATIONS: [users.owner, users.other].map(({ claims }) => claims['org_id']).join() },
  }),
  operations: {
    startProject: { body: { title: 'Bridge', visibility: 'team' } },
    changeProject: { body: { title: 'Tunnel', visibility: 'all' } },
  },
} satisfies Config;
