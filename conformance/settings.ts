import type { Lab, Settings } from './model.ts';

/** What the contract says where it leaves a choice. */
export const DEFAULT_SETTINGS: Settings = {
  leeway: 5,
  crossUserStatus: 403,
  maxResponseMs: 1_000,
  replicas: 1,
  rotationVisible: 30,
  removalGrace: 2,
  malformedCredentialsStatus: 401,
  corsOrigin: undefined,
  publicPaths: [],
  authOverheadMs: 10,
};

/** Two users whose data are disjoint; any backend that needs no registration knows them by their tokens. */
export const DEFAULT_USERS: Lab['users'] = {
  owner: { sub: 'user-123', claims: { email: 'user@example.com', name: 'Example User' } },
  other: { sub: 'user-456', claims: { email: 'other@example.com', name: 'Other User' } },
};
