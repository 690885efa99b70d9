import { Faults } from './faults.ts';
import type { SigningKey } from './forgeries/forgery.ts';
import { Grants } from './grants.ts';
import { Journal } from './journal.ts';
import { KeyRing } from './key-ring.ts';
import { Sessions, type SessionsOptions } from './sessions.ts';
import type { Settings } from './settings.ts';
import type { AlgorithmKey } from './signing-key.ts';

export interface IssuerStateOptions extends SessionsOptions {
  readonly settings: Settings;
  readonly generateKey: () => Promise<SigningKey>;
  /** What its ring begins with; new keys where there are none. */
  readonly signingKeys?: readonly AlgorithmKey[];
}

/** All that one issuer remembers, from whatever address it is used. */
export class IssuerState {
  readonly sessions: Sessions;
  readonly grants: Grants;
  readonly requests: Journal = new Journal();
  readonly faults: Faults = new Faults();
  /** What it went by when it came into being. */
  readonly start: Settings;
  settings: Settings;
  keyRing: KeyRing;
  readonly #options: IssuerStateOptions;

  constructor(options: IssuerStateOptions) {
    this.#options = options;
    this.start = options.settings;
    this.settings = options.settings;
    this.keyRing = this.#newRing();
    this.sessions = new Sessions(options);
    this.grants = new Grants(options);
  }

  /** A user signs out: what clients got in that session goes with it. */
  endSession(id: string): void {
    this.sessions.end(id);
    this.grants.endOfSession(id);
  }

  reset(): void {
    this.settings = this.start;
    this.keyRing = this.#newRing();
    this.faults.clear();
    this.requests.clear();
    this.sessions.clear();
    this.grants.clear();
  }

  #newRing(): KeyRing {
    const { generateKey, signingKeys = [] } = this.#options;
    return new KeyRing({ generate: generateKey, given: signingKeys, shape: () => this.settings.preset.jwk });
  }
}
