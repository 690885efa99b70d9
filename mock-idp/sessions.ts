import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { DemoUser } from './users.ts';

const LIFETIME_MS = 7 * 24 * 3600 * 1000;
const CAPACITY = 10_000;

/** One sign-in: an opaque session token and the family of refresh tokens that follow from it. */
export interface Session {
  /** Opaque session token, as Better Auth gives it. */
  readonly token: string;
  readonly user: DemoUser;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly expiresAt: number;
}

interface Family {
  readonly id: string;
  readonly session: Session;
  /** The one refresh token of the family that may still be used. */
  refreshToken: string;
}

export type Refreshed =
  | { readonly outcome: 'rotated'; readonly user: DemoUser; readonly refreshToken: string }
  | { readonly outcome: 'unknown' | 'reused' };

/** Who is signed in at one issuer. Beyond the capacity the oldest sign-in ends. */
export class Sessions {
  readonly #users: readonly DemoUser[];
  readonly #now: () => number;
  readonly #families = new Map<string, Family>();
  readonly #byToken = new Map<string, Family>();

  constructor({ users, now }: { readonly users: readonly DemoUser[]; readonly now: () => number }) {
    this.#users = users;
    this.#now = now;
  }

  /** Nothing where there is no such user or the password is another. */
  signIn(
    email: string,
    password: string,
  ): { readonly session: Session; readonly refreshToken: string } | undefined {
    const user = this.#users.find((candidate) => candidate.email === email.toLowerCase());
    if (user?.password !== password) return undefined;
    const createdAt = this.#now();
    const session = { token: secret(), user, createdAt, expiresAt: createdAt + LIFETIME_MS };
    const id = secret();
    const family = { id, session, refreshToken: `${id}.${secret()}` };
    this.#families.set(id, family);
    this.#byToken.set(session.token, family);
    const [oldest] = this.#families.values();
    if (this.#families.size > CAPACITY && oldest !== undefined) this.#end(oldest);
    return { session, refreshToken: family.refreshToken };
  }

  /** The live session of an opaque token. */
  find(token: string): Session | undefined {
    const family = this.#byToken.get(token);
    return family === undefined ? undefined : this.#live(family)?.session;
  }

  /**
   * A new refresh token for the current one. Any other token of the family is one used before: either the client or a
   * thief holds a copy, so the whole family ends (RFC 9700 §4.14.2). Remembering the family in the token keeps this exact
   * without a list of used tokens that grows.
   */
  refresh(refreshToken: string): Refreshed {
    const family = this.#families.get(refreshToken.split('.', 1)[0] ?? '');
    if (family === undefined || this.#live(family) === undefined) return { outcome: 'unknown' };
    if (!sameText(refreshToken, family.refreshToken)) {
      this.#end(family);
      return { outcome: 'reused' };
    }
    family.refreshToken = `${family.id}.${secret()}`;
    return { outcome: 'rotated', user: family.session.user, refreshToken: family.refreshToken };
  }

  signOut(token: string): void {
    const family = this.#byToken.get(token);
    if (family !== undefined) this.#end(family);
  }

  clear(): void {
    this.#families.clear();
    this.#byToken.clear();
  }

  #live(family: Family): Family | undefined {
    if (family.session.expiresAt > this.#now()) return family;
    this.#end(family);
    return undefined;
  }

  #end(family: Family): void {
    this.#families.delete(family.id);
    this.#byToken.delete(family.session.token);
  }
}

function secret(): string {
  return randomBytes(24).toString('base64url');
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
