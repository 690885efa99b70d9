import { addressesOf, pinnedBelow } from './addresses.ts';
import type { Clients } from './clients.ts';
import type { IssuerSettings, IssuersInfo } from './control.ts';
import { MockIdpError } from './errors.ts';
import { assertIssuerName, ATTACKER } from './issuer-name.ts';
import { IssuerState, type IssuerStateOptions } from './issuer-state.ts';
import { Issuer, type Surroundings } from './issuer.ts';
import { changed, type Settings } from './settings.ts';

export interface IssuersOptions extends IssuerStateOptions {
  readonly clients: Clients;
  readonly interactiveLogin: boolean;
  /** Where the server is reached, without a trailing slash. */
  readonly url: string;
  /** What some of them go by, by name, laid over the settings of all. */
  readonly named: Readonly<Record<string, IssuerSettings>>;
  readonly maxIssuers: number;
}

/** Every issuer of a server by its leading path; the default issuer has the empty name. */
export class Issuers {
  readonly #options: IssuersOptions;
  readonly #issuers = new Map<string, Issuer>();
  readonly #surroundings: Surroundings;

  constructor(options: IssuersOptions) {
    this.#options = options;
    let unpublished: ReturnType<Surroundings['unpublishedKey']> | undefined;
    this.#surroundings = {
      clients: options.clients,
      interactiveLogin: options.interactiveLogin,
      users: options.users,
      now: options.now,
      unpublishedKey: () =>
        (unpublished ??= options.generateKey().then((key) => ({ ...key, alg: 'RS256' as const }))),
      attacker: (url) => this.get(ATTACKER).at(url),
    };
    for (const name of ['', ...Object.keys(options.named)]) this.get(name);
  }

  /** The issuer of that name, made where it is new. @throws MockIdpError `invalid_issuer`, `too_many_issuers` */
  get(name = ''): Issuer {
    return this.find(name) ?? this.#create(name);
  }

  find(name: string): Issuer | undefined {
    return this.#issuers.get(name);
  }

  /** Those there are, and where one would be that is yet to come, as seen at a URL of the server. */
  info(url: string): IssuersInfo {
    const name = '{name}';
    const { audience, ...settings } = this.#settings(name);
    const { issuer, jwksUrl } = addressesOf(name, url, settings);
    return {
      url,
      issuers: [...this.#issuers.values()].map((each) => each.at(url).info()),
      template: { name, issuer, jwksUrl, audience },
    };
  }

  close(): void {
    for (const { state } of this.#issuers.values()) state.requests.close();
  }

  #create(name: string): Issuer {
    assertIssuerName(name);
    const { maxIssuers, url } = this.#options;
    // Whoever can send a request can make an issuer, so their number has a bound. The trap must work all the same.
    if (this.#issuers.size >= maxIssuers && name !== ATTACKER) {
      throw new MockIdpError(
        'too_many_issuers',
        `There are ${maxIssuers} issuers already: use one of them again, or start the server with a higher maxIssuers`,
      );
    }
    const { signingKeys = [], ...options } = this.#options;
    // Shared keys would make the tokens of one issuer good at another.
    const given = name === '' ? signingKeys : [];
    const state = new IssuerState({ ...options, settings: this.#settings(name), signingKeys: given });
    const created = new Issuer(name, url, state, this.#surroundings);
    this.#issuers.set(name, created);
    return created;
  }

  #settings(name: string): Settings {
    const { settings, named } = this.#options;
    const base = { ...settings, issuer: pinnedBelow(settings.issuer, name) };
    return changed(base, named[name] ?? {}, base);
  }
}
