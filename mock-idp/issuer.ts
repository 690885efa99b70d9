import type {
  Fault,
  ForgedToken,
  ForgeRequest,
  IssuerControl,
  JournalEntry,
  JournalFilter,
  KeyChange,
  KeyInfo,
  MintedToken,
  MintRequest,
} from './control.ts';
import { MockIdpError } from './errors.ts';
import { Faults } from './faults.ts';
import { findForgery, forge } from './forge.ts';
import type { ForgeKit, SigningKey } from './forgeries/forgery.ts';
import { Journal } from './journal.ts';
import { KeyRing } from './key-ring.ts';
import * as schemas from './schemas.ts';
import { Sessions } from './sessions.ts';
import { signToken, tokenParts } from './tokens.ts';
import type { DemoUser } from './users.ts';
import { validate } from './validate.ts';

/** Seconds a minted token lives, and the leeway a forgery reckons with, where the request says nothing. */
const MINTED_LIFETIME = 300;
const DEFAULT_LEEWAY = 5;

/** What every issuer of a server has in common. */
export interface Surroundings {
  /** Where the server is reached, without a trailing slash. */
  readonly url: string;
  readonly audience: string;
  readonly users: readonly DemoUser[];
  /** Seconds a token lives that a user got by signing in. */
  readonly tokenLifetime: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly generateKey: () => Promise<SigningKey>;
  /** The key that no JWKS ever shows. */
  readonly unpublishedKey: () => Promise<SigningKey>;
  /** The issuer whose keys nobody should trust. */
  readonly attacker: () => Issuer;
}

/** `GET /_mock/info`. */
export interface IssuerInfo {
  /** Where the server says it is reached; `issuer` begins with it unless pinned. */
  readonly url: string;
  readonly issuer: string;
  readonly jwksUrl: string;
  readonly audience: string;
  readonly tokenLifetime: number;
  readonly users: readonly Omit<DemoUser, 'password'>[];
}

/** One issuer: its key ring, sessions, faults and journal. */
export class Issuer implements IssuerControl {
  readonly issuer: string;
  /** Where its endpoints are; differs from `issuer` where that is pinned. */
  readonly baseUrl: string;
  readonly sessions: Sessions;
  readonly requests: Journal = new Journal();
  readonly faults: Faults = new Faults();
  readonly #surroundings: Surroundings;
  #ring: KeyRing;

  constructor(issuer: string, baseUrl: string, surroundings: Surroundings) {
    this.issuer = issuer;
    this.baseUrl = baseUrl;
    this.#surroundings = surroundings;
    this.#ring = new KeyRing(surroundings.generateKey);
    this.sessions = new Sessions(surroundings);
  }

  get jwksUrl(): string {
    return `${this.baseUrl}/.well-known/jwks.json`;
  }

  get audience(): string {
    return this.#surroundings.audience;
  }

  get keyRing(): KeyRing {
    return this.#ring;
  }

  /** Where a client is led that follows what it should not. */
  get trapUrl(): string {
    return this.#surroundings.attacker().jwksUrl;
  }

  /** Milliseconds since the epoch, by the clock of the server. */
  now(): number {
    return this.#surroundings.now();
  }

  /** What a client must know to test against this issuer. */
  info(): IssuerInfo {
    const { url, audience, users, tokenLifetime } = this.#surroundings;
    return {
      url,
      issuer: this.issuer,
      jwksUrl: this.jwksUrl,
      audience,
      tokenLifetime,
      users: users.map(({ sub, email, name }) => ({ sub, email, name })),
    };
  }

  async mint(request: MintRequest = {}): Promise<MintedToken> {
    const { key: kid, ...parts } = validate(schemas.mintRequest, request, 'Cannot mint');
    return this.#sign(parts, MINTED_LIFETIME, kid);
  }

  /** The access token of a user who signed in. */
  async accessToken(user: DemoUser): Promise<string> {
    const { token } = await this.#sign({ claims: { sub: user.sub } }, this.#surroundings.tokenLifetime);
    return token;
  }

  async forge(name: string, request: ForgeRequest = {}): Promise<readonly ForgedToken[]> {
    const checked = validate(schemas.namedForgeRequest, { ...request, name }, 'Cannot forge');
    const forgery = findForgery(checked.name);
    return forge(forgery, checked, await this.#kit(checked));
  }

  keys(): Promise<readonly KeyInfo[]> {
    return this.#ring.info();
  }

  async changeKeys(change: KeyChange): Promise<readonly KeyInfo[]> {
    return this.#ring.change(validate(schemas.keyChange, change, 'Cannot change the keys'));
  }

  async fault(fault: Fault): Promise<void> {
    const checked = validate(schemas.fault, fault, 'Cannot set the fault');
    this.faults.set(checked, JSON.stringify(await this.#ring.jwks()));
  }

  async clearFaults(): Promise<void> {
    this.faults.clear();
    return Promise.resolve();
  }

  async journal(filter: JournalFilter = {}): Promise<readonly JournalEntry[]> {
    const checked = validate(schemas.journalFilter, filter, 'Cannot filter the journal');
    return Promise.resolve(this.requests.entries(checked));
  }

  async waitFor(filter: schemas.JournalWait, signal?: AbortSignal): Promise<readonly JournalEntry[]> {
    return this.requests.waitFor(validate(schemas.journalWait, filter, 'Cannot wait'), signal);
  }

  async reset(): Promise<void> {
    this.#ring = new KeyRing(this.#surroundings.generateKey);
    this.faults.clear();
    this.requests.clear();
    this.sessions.clear();
    await this.#ring.info();
  }

  async #sign(
    request: Pick<MintRequest, 'claims' | 'header'>,
    lifetime: number,
    kid?: string,
  ): Promise<MintedToken> {
    const key = await (kid === 'unpublished' ? this.#surroundings.unpublishedKey() : this.#ring.key(kid));
    return signToken(tokenParts(request, key.kid, this.#defaults(lifetime)), key);
  }

  #defaults(lifetime: number): Parameters<typeof tokenParts>[2] {
    const { audience, users, now } = this.#surroundings;
    return { issuer: this.issuer, audience, users, lifetime, now: Math.floor(now() / 1000) };
  }

  async #kit(request: ForgeRequest): Promise<ForgeKit> {
    const { unpublishedKey, users } = this.#surroundings;
    const attacker = this.#surroundings.attacker();
    const [active, unpublished, attackerKey, jwks, published] = await Promise.all([
      this.#ring.key(),
      unpublishedKey(),
      attacker.keyRing.key(),
      this.#ring.jwks(),
      this.#ring.besideActive(),
    ]);
    if (published === undefined) {
      throw new MockIdpError('unknown_key', 'Forging needs a second published key: announce one first');
    }
    const defaults = this.#defaults(MINTED_LIFETIME);
    return {
      ...tokenParts(request, active.kid, defaults),
      now: defaults.now,
      leeway: request.leeway ?? DEFAULT_LEEWAY,
      otherSub: request.otherSub ?? users[1]?.sub ?? 'somebody-else',
      active,
      published,
      unpublished,
      attacker: attackerKey,
      attackerJwksUrl: attacker.jwksUrl,
      attackerIssuer: attacker.issuer,
      jwks,
    };
  }
}
