import { randomBytes, timingSafeEqual } from 'node:crypto';

/** Beyond this the oldest family ends: whoever can sign in could else fill the memory. */
const CAPACITY = 10_000;

export type Refreshed<Subject> =
  | { readonly outcome: 'rotated'; readonly subject: Subject; readonly refreshToken: string }
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'reused'; readonly subject: Subject };

interface Family<Subject> {
  readonly subject: Subject;
  /** The one refresh token of the family that may still be used. */
  refreshToken: string;
}

/** Refresh tokens that follow from one another, each usable once, and whom each family is for. */
export class RefreshFamilies<Subject> {
  readonly #families = new Map<string, Family<Subject>>();
  readonly #onEnd: (id: string, subject: Subject) => void;
  readonly #rotates: boolean;

  /** @param rotates whether a refresh token is replaced when it is used */
  constructor(rotates: boolean, onEnd: (id: string, subject: Subject) => void = () => undefined) {
    this.#rotates = rotates;
    this.#onEnd = onEnd;
  }

  /** Its id is no secret. */
  start(id: string, subject: Subject): string {
    const family = { subject, refreshToken: tokenOf(id) };
    this.#families.set(id, family);
    const [oldest] = this.#families.keys();
    if (this.#families.size > CAPACITY && oldest !== undefined) this.end(oldest);
    return family.refreshToken;
  }

  find(id: string): Subject | undefined {
    return this.#families.get(id)?.subject;
  }

  /** The subject of the refresh token that may be used now. */
  findByToken(refreshToken: string): Subject | undefined {
    const family = this.#families.get(idOf(refreshToken));
    return family !== undefined && sameText(refreshToken, family.refreshToken) ? family.subject : undefined;
  }

  /**
   * A new refresh token for the current one. Any other token of the family is one used before: either the client or a
   * thief holds a copy, so the whole family ends (RFC 9700 §4.14.2). Remembering the family in the token keeps this exact
   * without a list of used tokens that grows.
   */
  refresh(refreshToken: string): Refreshed<Subject> {
    const id = idOf(refreshToken);
    const family = this.#families.get(id);
    if (family === undefined) return { outcome: 'unknown' };
    const { subject } = family;
    if (!sameText(refreshToken, family.refreshToken)) {
      this.end(id);
      return { outcome: 'reused', subject };
    }
    if (this.#rotates) family.refreshToken = tokenOf(id);
    return { outcome: 'rotated', subject, refreshToken: family.refreshToken };
  }

  end(id: string): void {
    const family = this.#families.get(id);
    this.#families.delete(id);
    if (family !== undefined) this.#onEnd(id, family.subject);
  }

  /** Ends every family of which this holds. */
  endWhere(holds: (subject: Subject) => boolean): void {
    for (const [id, { subject }] of this.#families) if (holds(subject)) this.end(id);
  }

  clear(): void {
    for (const id of this.#families.keys()) this.end(id);
  }
}

/** Opaque and not to be guessed. */
export function secret(): string {
  return randomBytes(24).toString('base64url');
}

export function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function tokenOf(id: string): string {
  return `${id}.${secret()}`;
}

function idOf(refreshToken: string): string {
  return refreshToken.split('.', 1)[0] ?? '';
}
