import type { JsonObject } from './forgeries/forgery.ts';

/** Someone who can sign in, and whose claims a token bears. */
export interface DemoUser {
  /** The `sub` of the user's tokens. */
  readonly sub: string;
  readonly email: string;
  readonly password: string;
  readonly name: string;
  /** When they signed up here, as ISO 8601; absent for those who are known from the start. */
  readonly signedUpAt?: string;
}

/** Sign-up of a user who never signed up. */
const LONG_AGO = '2025-01-01T00:00:00.000Z';

/** The row that Better Auth keeps of a user: what it answers, and what its tokens bear. */
export function userRow({ sub, email, name, signedUpAt }: DemoUser): JsonObject {
  const createdAt = signedUpAt ?? LONG_AGO;
  const emailVerified = signedUpAt === undefined;
  return { name, email, emailVerified, image: null, createdAt, updatedAt: createdAt, id: sub };
}

/** Two users, since a token gate must also tell one from the other. */
export const DEMO_USERS: readonly DemoUser[] = [
  { sub: 'user-123', email: 'user@example.com', password: 'password123', name: 'Example User' },
  { sub: 'user-456', email: 'other@example.com', password: 'password456', name: 'Other User' },
];
