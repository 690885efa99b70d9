/** Someone who can sign in, and whose claims a token bears. */
export interface DemoUser {
  /** The `sub` of the user's tokens. */
  readonly sub: string;
  readonly email: string;
  readonly password: string;
  readonly name: string;
}

/** Two users, since a token gate must also tell one from the other. */
export const DEMO_USERS: readonly DemoUser[] = [
  { sub: 'user-123', email: 'user@example.com', password: 'password123', name: 'Example User' },
  { sub: 'user-456', email: 'other@example.com', password: 'password456', name: 'Other User' },
];
