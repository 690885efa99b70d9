import { Faults } from './faults.ts';
import type { SigningKey } from './forgeries/forgery.ts';
import { Journal } from './journal.ts';
import { KeyRing } from './key-ring.ts';
import { Sessions } from './sessions.ts';
import type { Settings } from './settings.ts';
import type { DemoUser } from './users.ts';

export interface IssuerStateOptions {
  readonly settings: Settings;
  readonly users: readonly DemoUser[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly generateKey: () => Promise<SigningKey>;
}

/** All that one issuer remembers, from whatever address it is used. */
export class IssuerState {
  readonly sessions: Sessions;
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
    this.keyRing = new KeyRing(options.generateKey);
    this.sessions = new Sessions(options);
  }

  async reset(): Promise<void> {
    this.settings = this.start;
    this.keyRing = new KeyRing(this.#options.generateKey);
    this.faults.clear();
    this.requests.clear();
    this.sessions.clear();
    await this.keyRing.info();
  }
}
