import { hash } from 'node:crypto';
import { RefreshFamilies, type Refreshed, sameText, secret } from './refresh-families.ts';
import type { DemoUser } from './users.ts';

/** RFC 6749 §4.1.2 allows ten minutes; a client needs seconds. */
const CODE_LIFETIME_MS = 60_000;
const CAPACITY = 10_000;

/** What a user has allowed a client. */
export interface Grant {
  readonly clientId: string;
  readonly user: DemoUser;
  /** Space-separated (RFC 6749 §3.3); empty for none. */
  readonly scope: string;
  /** `aud` of the access tokens, where the client asked for one. */
  readonly audience: string | undefined;
  readonly nonce: string | undefined;
  /** The session it was allowed in. */
  readonly sid: string;
  /** Seconds since the epoch. */
  readonly authTime: number;
}

/** What a code is bound to (RFC 6749 §4.1.3, RFC 7636 §4.4). */
export interface CodeBinding {
  /** As the authorization request had it. */
  readonly redirectUri: string | undefined;
  readonly challenge: string | undefined;
  readonly challengeMethod: 'S256' | 'plain';
}

interface Code extends CodeBinding {
  readonly grantId: string;
  readonly grant: Grant;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  used: boolean;
}

export interface Redemption {
  readonly code: string;
  readonly clientId: string;
  readonly redirectUri: string | undefined;
  readonly verifier: string | undefined;
}

export interface Granted {
  readonly id: string;
  readonly grant: Grant;
  readonly refreshToken: string;
}

/** The authorization codes of one issuer, and what came of them. */
export class Grants {
  readonly #now: () => number;
  readonly #codes = new Map<string, Code>();
  readonly #families: RefreshFamilies<Grant & { readonly id: string }>;
  /** Grants that were ended, and single tokens that were revoked, by hash: what is in here is good no more. */
  readonly #revoked = new Set<string>();

  constructor({ now, rotateRefreshToken }: { now: () => number; rotateRefreshToken: boolean }) {
    this.#now = now;
    this.#families = new RefreshFamilies(rotateRefreshToken, (id) => {
      this.#revoke(id);
    });
  }

  issueCode(grant: Grant, binding: CodeBinding): string {
    const code = secret();
    const expiresAt = this.#now() + CODE_LIFETIME_MS;
    this.#codes.set(code, { ...binding, grantId: secret(), grant, expiresAt, used: false });
    dropOldest(this.#codes);
    return code;
  }

  /** Answers why not, in words for the client, where a code is not good for this client. */
  redeem({ code, clientId, redirectUri, verifier }: Redemption): Granted | string {
    const found = this.#codes.get(code);
    if (found?.grant.clientId !== clientId) return 'The code is unknown, or was given to another client';
    if (found.used) {
      // Either the client or a thief holds a copy, so what came of it ends, too (RFC 6749 §4.1.2).
      this.#families.end(found.grantId);
      return 'The code was used before; the tokens that were given for it have been revoked';
    }
    if (found.expiresAt <= this.#now()) return 'The code has expired';
    if (found.redirectUri !== redirectUri) return 'redirect_uri is not the one the code was asked for with';
    const reason = verifierFault(found, verifier);
    if (reason !== undefined) return reason;
    found.used = true;
    const { grantId: id, grant } = found;
    return { id, grant, refreshToken: this.#families.start(id, { ...grant, id }) };
  }

  /** The grant of a refresh token that may be used now. */
  find(refreshToken: string): Grant | undefined {
    return this.#families.findByToken(refreshToken);
  }

  refresh(refreshToken: string): Refreshed<Grant & { readonly id: string }> {
    return this.#families.refresh(refreshToken);
  }

  /** RFC 7009 §2.1: with a refresh token goes all that came of the same grant. Answers whether it was one. */
  revokeRefreshToken(refreshToken: string): boolean {
    const grant = this.#families.findByToken(refreshToken);
    if (grant !== undefined) this.#families.end(grant.id);
    return grant !== undefined;
  }

  revokeToken(token: string): void {
    this.#revoke(hash('sha256', token, 'base64url'));
  }

  /** @param jti of the token: that of a grant begins with the id of the grant */
  isRevoked(token: string, jti: unknown): boolean {
    if (this.#revoked.has(hash('sha256', token, 'base64url'))) return true;
    return typeof jti === 'string' && this.#revoked.has(jti.split('.', 1)[0] ?? '');
  }

  endOfSession(sid: string): void {
    this.#families.endWhere((grant) => grant.sid === sid);
  }

  clear(): void {
    this.#codes.clear();
    this.#families.clear();
    this.#revoked.clear();
  }

  #revoke(id: string): void {
    this.#revoked.add(id);
    dropOldest(this.#revoked);
  }
}

function verifierFault(
  { challenge, challengeMethod }: CodeBinding,
  verifier: string | undefined,
): string | undefined {
  if (challenge === undefined) {
    return verifier === undefined ? undefined : 'code_verifier was sent, but no code_challenge before it';
  }
  if (verifier === undefined) return 'code_verifier is missing';
  const expected = challengeMethod === 'plain' ? verifier : hash('sha256', verifier, 'base64url');
  return sameText(expected, challenge) ? undefined : 'code_verifier does not match code_challenge';
}

/** Both kinds go through their entries in the order they came. */
function dropOldest(entries: Map<string, unknown> | Set<string>): void {
  const [oldest] = entries.keys();
  if (entries.size > CAPACITY && oldest !== undefined) entries.delete(oldest);
}
