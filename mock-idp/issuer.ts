import { type Addresses, addressesOf } from './addresses.ts';
import type { Clients } from './clients.ts';
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
import { fault as faultSchema } from './fault-schemas.ts';
import { findForgery, forge } from './forge.ts';
import type { IssuerState } from './issuer-state.ts';
import { keyChange } from './key-schemas.ts';
import * as schemas from './schemas.ts';
import { changed } from './settings.ts';
import type { AlgorithmKey } from './signing-key.ts';
import { TokenIssuer } from './token-issuer.ts';
import type { DemoUser } from './users.ts';
import { validate } from './validate.ts';

/** What every issuer of a server has in common. */
export interface Surroundings {
  readonly clients: Clients;
  readonly users: readonly DemoUser[];
  /** Whether the authorization endpoint shows a page to sign in. */
  readonly interactiveLogin: boolean;
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

  /** Its tokens, as clients at this address get them. */
  get tokens(): TokenIssuer {
    const { users, now, unpublishedKey } = this.#surroundings;
    return new TokenIssuer({ addresses: this.#addresses, state: this.state, users, now, unpublishedKey });
  }

  /** What it has in common with the other issuers of its server. */
  get common(): Surroundings {
    return this.#surroundings;
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
    const { audience, tokenLifetime, preset } = this.state.settings;
    return {
      name: this.name,
      url: this.#url,
      issuer: this.issuer,
      jwksUrl: this.jwksUrl,
      audience,
      tokenLifetime,
      preset: preset.name,
      users: this.#surroundings.users.map(({ sub, email, name }) => ({ sub, email, name })),
    };
  }

  async configure(settings: IssuerSettings): Promise<IssuerInfo> {
    const change = validate(schemas.issuerSettings, settings, 'Cannot configure the issuer');
    this.state.settings = changed(this.state.settings, change, this.state.start);
    return Promise.resolve(this.info());
  }

  async mint(request: MintRequest = {}): Promise<MintedToken> {
    return this.tokens.mint(validate(schemas.mintRequest, request, 'Cannot mint'));
  }

  async *mintMany(request: BatchRequest): AsyncGenerator<MintedToken, void, undefined> {
    yield* this.tokens.mintMany(validate(schemas.batchRequest, request, 'Cannot mint'));
  }

  async forge(name: string, request: ForgeRequest = {}): Promise<readonly ForgedToken[]> {
    const checked = validate(schemas.namedForgeRequest, { ...request, name }, 'Cannot forge');
    const forgery = findForgery(checked.name);
    const attacker = this.#surroundings.attacker(this.#url);
    return forge(forgery, checked, await this.tokens.kit(checked, attacker.tokens));
  }

  keys(): Promise<readonly KeyInfo[]> {
    return this.state.keyRing.info();
  }

  async changeKeys(change: KeyChange): Promise<readonly KeyInfo[]> {
    return this.state.keyRing.change(validate(keyChange, change, 'Cannot change the keys'));
  }

  async fault(fault: Fault): Promise<void> {
    const checked = validate(faultSchema, fault, 'Cannot set the fault');
    // Only what is replayed is taken down: no key is made for a fault of an issuer that has none yet.
    const replayed = checked.actions.some(({ kind }) => kind === 'stale');
    this.state.faults.set(checked, replayed ? JSON.stringify(await this.state.keyRing.jwks()) : '');
  }

  async clearFaults(): Promise<void> {
    this.state.faults.clear();
    return Promise.resolve();
  }

  async journal(filter: JournalFilter = {}): Promise<readonly JournalEntry[]> {
    const checked = validate(schemas.journalFilter, filter, 'Cannot filter the journal');
    return Promise.resolve(this.state.requests.entries(checked));
  }

  async clearJournal(): Promise<void> {
    this.state.requests.clear();
    return Promise.resolve();
  }

  async waitFor(filter: schemas.JournalWait, signal?: AbortSignal): Promise<readonly JournalEntry[]> {
    return this.state.requests.waitFor(validate(schemas.journalWait, filter, 'Cannot wait'), signal);
  }

  async reset(): Promise<void> {
    this.state.reset();
    return Promise.resolve();
  }

  get #addresses(): Addresses {
    return addressesOf(this.name, this.#url, this.state.settings);
  }
}
