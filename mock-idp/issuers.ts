import { MockIdpError } from './errors.ts';
import type { SigningKey } from './forgeries/forgery.ts';
import { assertIssuerName, ATTACKER, baseUrlOf, issuerUrlOf } from './issuer-name.ts';
import { Issuer, type Surroundings } from './issuer.ts';

export interface IssuersOptions extends Omit<Surroundings, 'unpublishedKey' | 'attacker'> {
  /** `iss` of the default issuer where it is not the URL. */
  readonly issuer?: string;
  readonly maxIssuers: number;
}

/** Every issuer of a server by its leading path; the default issuer has the empty name. */
export class Issuers {
  readonly #options: IssuersOptions;
  readonly #issuers = new Map<string, Issuer>();
  readonly #surroundings: Surroundings;
  #unpublished: Promise<SigningKey> | undefined;

  constructor(options: IssuersOptions) {
    this.#options = options;
    this.#surroundings = {
      ...options,
      unpublishedKey: () => (this.#unpublished ??= options.generateKey()),
      attacker: () => this.get(ATTACKER),
    };
  }

  /** The issuer of that name, made where it is new. @throws MockIdpError `invalid_issuer`, `too_many_issuers` */
  get(name = ''): Issuer {
    return this.find(name) ?? this.#create(name);
  }

  find(name: string): Issuer | undefined {
    return this.#issuers.get(name);
  }

  close(): void {
    for (const issuer of this.#issuers.values()) issuer.requests.close();
  }

  #create(name: string): Issuer {
    assertIssuerName(name);
    const { maxIssuers, url, issuer: pinned } = this.#options;
    // Whoever can send a request can make an issuer, so their number has a bound. The trap must work all the same.
    if (this.#issuers.size >= maxIssuers && name !== ATTACKER) {
      throw new MockIdpError(
        'too_many_issuers',
        `There are ${maxIssuers} issuers already: use one of them again, or start the server with a higher maxIssuers`,
      );
    }
    const created = new Issuer(issuerUrlOf(name, url, pinned), baseUrlOf(name, url), this.#surroundings);
    this.#issuers.set(name, created);
    return created;
  }
}
