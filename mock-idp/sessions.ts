import { randomBytes } from 'node:crypto';
import { RefreshFamilies, secret } from './refresh-families.ts';
import type { DemoUser } from './users.ts';

const LIFETIME_MS = 7 * 24 * 3600 * 1000;
/** Users who signed up; the first of more are forgotten. */
const CAPACITY = 10_000;

/** One sign-in: an opaque session token and the family of refresh tokens that follow from it. */
export interface Session {
  /** The `sid` of ID tokens; no secret. */
  readonly id: string;
  /** Opaque session token, as Better Auth gives it. */
  readonly token: string;
  /** What a cookie has beside the token: Better Auth signs its cookies. As long as an HMAC-SHA256, and as hard to guess. */
  readonly signature: string;
  readonly user: DemoUser;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly expiresAt: number;
}

export type SessionRefreshed =
  | { readonly outcome: 'rotated'; readonly user: DemoUser; readonly refreshToken: string }
  | { readonly outcome: 'unknown' | 'reused' };

export interface SessionsOptions {
  readonly users: readonly DemoUser[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Whether a refresh token is replaced when it is used. */
  readonly rotateRefreshToken: boolean;
}

/** Who is signed in at one issuer. */
export class Sessions {
  readonly #users: readonly DemoUser[];
  readonly #now: () => number;
  readonly #families: RefreshFamilies<Session>;
  readonly #byToken = new Map<string, Session>();
  readonly #signedUp = new Map<string, DemoUser>();

  constructor({ users, now, rotateRefreshToken }: SessionsOptions) {
    this.#users = users;
    this.#now = now;
    this.#families = new RefreshFamilies(rotateRefreshToken, (_, { token }) => this.#byToken.delete(token));
  }

  /** Nothing where there is no such user or the password is another. */
  signIn(email: string, password: string): ReturnType<Sessions['signInAs']> | undefined {
    const user = this.#userOf(email);
    return user?.password === password ? this.signInAs(user) : undefined;
  }

  /** Signs a new user up and in; nothing where the address is taken. */
  signUp({
    email,
    ...member
  }: Pick<DemoUser, 'email' | 'name' | 'password'>): ReturnType<Sessions['signInAs']> | undefined {
    if (this.#userOf(email) !== undefined) return undefined;
    const address = email.toLowerCase();
    const signedUpAt = new Date(this.#now()).toISOString();
    const user = { ...member, sub: secret(), email: address, signedUpAt };
    this.#signedUp.set(address, user);
    for (const first of this.#signedUp.keys()) {
      if (this.#signedUp.size > CAPACITY) this.#signedUp.delete(first);
      else break;
    }
    return this.signInAs(user);
  }

  signInAs(user: DemoUser): { readonly session: Session; readonly refreshToken: string } {
    const createdAt = this.#now();
    const session = {
      id: secret(),
      token: secret(),
      signature: randomBytes(32).toString('base64'),
      user,
      createdAt,
      expiresAt: createdAt + LIFETIME_MS,
    };
    this.#byToken.set(session.token, session);
    return { session, refreshToken: this.#families.start(session.id, session) };
  }

  /** The live session of an opaque token. */
  find(token: string): Session | undefined {
    return this.#live(this.#byToken.get(token));
  }

  refresh(refreshToken: string): SessionRefreshed {
    if (this.#live(this.#families.findByToken(refreshToken)) === undefined) {
      const { outcome } = this.#families.refresh(refreshToken);
      return { outcome: outcome === 'reused' ? 'reused' : 'unknown' };
    }
    const refreshed = this.#families.refresh(refreshToken);
    if (refreshed.outcome !== 'rotated') return { outcome: refreshed.outcome };
    return { outcome: 'rotated', user: refreshed.subject.user, refreshToken: refreshed.refreshToken };
  }

  /** @param id of the session */
  end(id: string): void {
    this.#families.end(id);
  }

  clear(): void {
    this.#families.clear();
    this.#signedUp.clear();
  }

  #userOf(email: string): DemoUser | undefined {
    const address = email.toLowerCase();
    return this.#users.find((candidate) => candidate.email === address) ?? this.#signedUp.get(address);
  }

  #live(session: Session | undefined): Session | undefined {
    if (session === undefined || session.expiresAt > this.#now()) return session;
    this.end(session.id);
    return undefined;
  }
}
