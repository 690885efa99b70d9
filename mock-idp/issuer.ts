import { type Addresses, addressesOf } from './addresses.ts';
import { batchClaims, inOrder } from './batch.ts';
import type {
  BatchRequest,
  Fault,
  ForgedToken,
  ForgeRequest,
  IssuerControl,
  IssuerInfo,
  IssuerSettings,
  JournalEntry,
  JournalFilter,
  KeyChange,
  KeyInfo,
  MintedToken,
  MintRequest,
} from './control.ts';
import { MockIdpError } from './errors.ts';
import { fault as faultSchema } from './fault-schemas.ts';
import { findForgery, forge } from './forge.ts';
import type { ForgeKit } from './forgeries/forgery.ts';
import type { IssuerState } from './issuer-state.ts';
import { keyChange } from './key-schemas.ts';
import * as schemas from './schemas.ts';
import { changed } from './settings.ts';
import type { AlgorithmKey } from './signing-key.ts';
import { signToken, type TokenDefaults, tokenParts, type TokenRequest } from './tokens.ts';
import type { DemoUser } from './users.ts';
import { validate } from './validate.ts';

/** Seconds a minted token lives, and the leeway a forgery reckons with, where the request says nothing. */
const MINTED_LIFETIME = 300;
const DEFAULT_LEEWAY = 5;

/** What every issuer of a server has in common. */
export interface Surroundings {
  readonly users: readonly DemoUser[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The key that no JWKS ever shows. */
  readonly unpublishedKey: () => Promise<AlgorithmKey>;
  /** The issuer whose keys nobody should trust, as seen at a URL of the server. */
  readonly attacker: (url: string) => Issuer;
}

/** One issuer as seen at one address: a server in a container has other names outside than inside. */
export class Issuer implements IssuerControl {
  readonly name: string;
  readonly state: IssuerState;
  readonly #url: string;
  readonly #surroundings: Surroundings;

  /** @param url of the server, without a trailing slash */
  constructor(name: string, url: string, state: IssuerState, surroundings: Surroundings) {
    this.name = name;
    this.state = state;
    this.#url = url;
    this.#surroundings = surroundings;
  }

  /** The same issuer at another address of the server. */
  at(url: string): Issuer {
    return url === this.#url ? this : new Issuer(this.name, url, this.state, this.#surroundings);
  }

  get issuer(): string {
    return this.#addresses.issuer;
  }

  get jwksUrl(): string {
    return this.#addresses.jwksUrl;
  }

  /** Where its endpoints are; differs from `issuer` where that is pinned. */
  get baseUrl(): string {
    return this.#addresses.baseUrl;
  }

  get audience(): string {
    return this.state.settings.audience;
  }

  /** Where a client is led that follows what it should not. */
  get trapUrl(): string {
    return this.#surroundings.attacker(this.#url).jwksUrl;
  }

  /** Milliseconds since the epoch, by the clock of the server. */
  now(): number {
    return this.#surroundings.now();
  }

  info(): IssuerInfo {
    const { audience, tokenLifetime } = this.state.settings;
    return {
      name: this.name,
      url: this.#url,
      issuer: this.issuer,
      jwksUrl: this.jwksUrl,
      audience,
      tokenLifetime,
      users: this.#surroundings.users.map(({ sub, email, name }) => ({ sub, email, name })),
    };
  }

  async configure(settings: IssuerSettings): Promise<IssuerInfo> {
    const change = validate(schemas.issuerSettings, settings, 'Cannot configure the issuer');
    this.state.settings = changed(this.state.settings, change, this.state.start);
    return Promise.resolve(this.info());
  }

  async mint(request: MintRequest = {}): Promise<MintedToken> {
    const { key, ...parts } = validate(schemas.mintRequest, request, 'Cannot mint');
    const sign = await this.#signer(MINTED_LIFETIME, key);
    return sign(parts);
  }

  async *mintMany(request: BatchRequest): AsyncGenerator<MintedToken, void, undefined> {
    const checked = validate(schemas.batchRequest, request, 'Cannot mint');
    const { count, key, header, typ } = checked;
    const claims = batchClaims(checked);
    const sign = await this.#signer(MINTED_LIFETIME, key);
    const parts = { ...(header && { header }), ...(typ !== undefined && { typ }) };
    yield* inOrder(count, (n) => sign({ ...parts, claims: claims(n) }));
  }

  /** The access token of a user who signed in. */
  async accessToken(user: DemoUser): Promise<string> {
    const sign = await this.#signer(this.state.settings.tokenLifetime);
    return (await sign({ claims: { sub: user.sub } })).token;
  }

  async forge(name: string, request: ForgeRequest = {}): Promise<readonly ForgedToken[]> {
    const checked = validate(schemas.namedForgeRequest, { ...request, name }, 'Cannot forge');
    const forgery = findForgery(checked.name);
    return forge(forgery, checked, await this.#kit(checked));
  }

  keys(): Promise<readonly KeyInfo[]> {
    return this.state.keyRing.info();
  }

  async changeKeys(change: KeyChange): Promise<readonly KeyInfo[]> {
    return this.state.keyRing.change(validate(keyChange, change, 'Cannot change the keys'));
  }

  async fault(fault: Fault): Promise<void> {
    const checked = validate(faultSchema, fault, 'Cannot set the fault');
    this.state.faults.set(checked, JSON.stringify(await this.state.keyRing.jwks()));
  }

  async clearFaults(): Promise<void> {
    this.state.faults.clear();
    return Promise.resolve();
  }

  async journal(filter: JournalFilter = {}): Promise<readonly JournalEntry[]> {
    const checked = validate(schemas.journalFilter, filter, 'Cannot filter the journal');
    return Promise.resolve(this.state.requests.entries(checked));
  }

  async waitFor(filter: schemas.JournalWait, signal?: AbortSignal): Promise<readonly JournalEntry[]> {
    return this.state.requests.waitFor(validate(schemas.journalWait, filter, 'Cannot wait'), signal);
  }

  async reset(): Promise<void> {
    await this.state.reset();
  }

  get #addresses(): Addresses {
    return addressesOf(this.name, this.#url, this.state.settings);
  }

  /** Makes tokens that all have the same key and the same time. */
  async #signer(lifetime: number, kid?: string): Promise<(request: TokenRequest) => Promise<MintedToken>> {
    const { unpublishedKey } = this.#surroundings;
    const key = await (kid === 'unpublished' ? unpublishedKey() : this.state.keyRing.key(kid));
    const defaults = this.#defaults(lifetime);
    // Async, so that a refusal is a rejection whatever part of the work refuses.
    return async (request) => signToken(tokenParts(request, key, defaults), key);
  }

  #defaults(lifetime: number): TokenDefaults {
    const { users, now } = this.#surroundings;
    const { issuer, audience } = this;
    return { issuer, audience, users, lifetime, now: Math.floor(now() / 1000) };
  }

  async #kit(request: ForgeRequest): Promise<ForgeKit> {
    const { unpublishedKey, users } = this.#surroundings;
    const { keyRing } = this.state;
    const attacker = this.#surroundings.attacker(this.#url);
    const [active, unpublished, attackerKey, jwks, ring] = await Promise.all([
      keyRing.key(),
      unpublishedKey(),
      attacker.state.keyRing.key(),
      keyRing.jwks(),
      keyRing.published(),
    ]);
    const published = ring.find((key) => key.kid !== active.kid && makesGoodTokens(key));
    if (!makesGoodTokens(active) || published === undefined) {
      throw new MockIdpError(
        'unknown_key',
        'Forging needs an active key and another published one that are RS256 of 2048 bits or more: rotate or announce one first',
      );
    }
    const defaults = this.#defaults(MINTED_LIFETIME);
    return {
      ...tokenParts(request, active, defaults),
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

/** Whether a resource server that takes RS256 takes what the key signs (RFC 7518 §3.3). */
function makesGoodTokens({ alg, publicKey }: AlgorithmKey): boolean {
  return alg === 'RS256' && (publicKey.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;
}
