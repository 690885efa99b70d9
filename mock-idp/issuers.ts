import { MockIdpError } from './errors.ts';
import { Issuer, type Surroundings } from './issuer.ts';
import { generateSigningKey } from './signing-key.ts';
import type { SigningKey } from './forgeries/forgery.ts';

/** Words an endpoint path begins with, now or in a flow that issuers of this kind usually have. */
const RESERVED: readonly string[] = [
  '.well-known',
  '_mock',
  'api',
  'authorize',
  'endsession',
  'health',
  'introspect',
  'isalive',
  'jwks',
  'revoke',
  'token',
  'userinfo',
];
const NAME = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,63}$/u;
const ATTACKER = 'attacker';

export interface IssuersOptions extends Omit<Surroundings, 'unpublishedKey' | 'attacker'> {
  /** Where the server is reached, without a trailing slash. */
  readonly url: string;
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
      unpublishedKey: () => (this.#unpublished ??= generateSigningKey()),
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
    if (name !== '' && !isIssuerName(name)) throw invalidName(name);
    const { maxIssuers, url, issuer } = this.#options;
    // Whoever can send a request can make an issuer, so their number has a bound. The trap must work all the same.
    if (this.#issuers.size >= maxIssuers && name !== ATTACKER) {
      throw new MockIdpError(
        'too_many_issuers',
        `There are ${maxIssuers} issuers already: use one of them again, or start the server with a higher maxIssuers`,
      );
    }
    const baseUrl = name === '' ? url : `${url}/${name}`;
    const created = new Issuer(issuerUrl(name, baseUrl, issuer), baseUrl, this.#surroundings);
    this.#issuers.set(name, created);
    return created;
  }
}

/** Whether a leading path segment can be an issuer's. */
export function isIssuerName(name: string): boolean {
  return NAME.test(name) && !RESERVED.includes(name.toLowerCase());
}

function issuerUrl(name: string, baseUrl: string, pinned: string | undefined): string {
  // A trap that is not where its tokens say it is would catch nobody.
  if (pinned === undefined || name === ATTACKER) return baseUrl;
  return name === '' ? pinned : `${pinned.replace(/\/$/u, '')}/${name}`;
}

function invalidName(name: string): MockIdpError {
  const shown = name.slice(0, 64);
  if (RESERVED.includes(name.toLowerCase())) {
    return new MockIdpError(
      'invalid_issuer',
      `"${shown}" is the path of an endpoint; give the issuer another name`,
    );
  }
  return new MockIdpError(
    'invalid_issuer',
    `"${shown}" cannot name an issuer: 1 to 64 letters, digits, ".", "_", "~" or "-", a letter or digit first`,
  );
}
