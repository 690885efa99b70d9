import type { KeyChange, KeyInfo } from './control.ts';
import type { JsonObject, SigningKey } from './forgeries/forgery.ts';
import { toJson } from './json.ts';
import { importKey } from './key-import.ts';
import {
  activeKey,
  changed,
  describe,
  EMPTY,
  findKey,
  isPublished,
  keySet,
  type Ring,
  type RingKey,
} from './key-stories.ts';
import { type AlgorithmKey, generateKeyFor } from './signing-key.ts';

/** A rotation to come, with the key it brings in made before, so that it happens between two fetches. */
interface Pending {
  left: number;
  readonly key: AlgorithmKey;
  readonly overlap: boolean;
}

export interface KeyRingOptions {
  readonly generate: () => Promise<SigningKey>;
  /** The keys it begins with: the first one is active, the others are announced. None: one new key of each kind. */
  readonly given?: readonly AlgorithmKey[];
  /** Members that the issuer lays over every key it publishes. */
  readonly shape: () => JsonObject;
}

/** The keys of one issuer and what its JWKS shows of them. A key is made when something first asks for it. */
export class KeyRing {
  readonly #generate: () => Promise<SigningKey>;
  readonly #shape: () => JsonObject;
  #made: Promise<void> | undefined;
  /** What signs until the first change: a token need not wait for the announced key to be made. */
  #first: Promise<AlgorithmKey> | undefined;
  #isChanged = false;
  #ring: Ring = EMPTY;
  #pending: Pending | undefined;

  constructor({ generate, given = [], shape }: KeyRingOptions) {
    this.#generate = generate;
    this.#shape = shape;
    if (given.length > 0) this.#begin(given);
  }

  get #ready(): Promise<void> {
    this.#made ??= Promise.all([this.#firstKey, this.#freshKey()]).then((keys) => {
      this.#begin(keys);
    });
    return this.#made;
  }

  get #firstKey(): Promise<AlgorithmKey> {
    this.#first ??= this.#freshKey();
    return this.#first;
  }

  /** The key of that kid whatever its state; without a kid the active one. @throws MockIdpError `unknown_key` */
  async key(kid?: string): Promise<AlgorithmKey> {
    if (kid === undefined && !this.#isChanged) return this.#firstKey;
    await this.#ready;
    return kid === undefined ? activeKey(this.#ring) : findKey(this.#ring, kid);
  }

  /** What the published keys sign with. Known before any is made. */
  async algorithms(): Promise<readonly string[]> {
    return this.#made === undefined ? ['RS256'] : (await this.published()).map(({ alg }) => alg);
  }

  async info(): Promise<readonly KeyInfo[]> {
    await this.#ready;
    return describe(this.#ring, this.#shape());
  }

  /** Every published key, for the endpoints that look at a token. */
  async published(): Promise<readonly RingKey[]> {
    await this.#ready;
    return this.#ring.keys.filter(isPublished);
  }

  /** The key set, not served to anybody. */
  async jwks(): Promise<{ readonly keys: readonly JsonObject[] }> {
    await this.#ready;
    return keySet(this.#ring, this.#shape());
  }

  /** The key set, for one more fetch. */
  async serve(): Promise<{ readonly keys: readonly JsonObject[] }> {
    await this.#ready;
    const served = keySet(this.#ring, this.#shape());
    if (this.#pending !== undefined) this.#countDown(this.#pending);
    return served;
  }

  /** Changes take effect in one step: no key set is ever served half-way between two. */
  async change(change: KeyChange): Promise<readonly KeyInfo[]> {
    await this.#ready;
    const fresh = await this.#keyFor(change);
    const ring = changed(this.#ring, change, fresh);
    toJson(keySet(ring, this.#shape()), 'The key set');
    this.#ring = ring;
    this.#isChanged = true;
    if (change.story === 'rotate-after' && fresh !== undefined) {
      this.#pending = { left: change.fetches, key: fresh, overlap: change.overlap ?? true };
    }
    return describe(ring, this.#shape());
  }

  #begin(keys: readonly AlgorithmKey[]): void {
    const [first] = keys;
    if (first !== undefined) this.#first = Promise.resolve(first);
    this.#made = Promise.resolve();
    this.#ring = {
      ...this.#ring,
      keys: keys.map((key, n) => ({ ...key, state: n === 0 ? 'active' : 'announced' })),
    };
  }

  #countDown(pending: Pending): void {
    pending.left -= 1;
    if (pending.left > 0) return;
    this.#pending = undefined;
    this.#isChanged = true;
    this.#ring = changed(this.#ring, { story: 'rotate', overlap: pending.overlap }, pending.key);
  }

  async #keyFor(change: KeyChange): Promise<AlgorithmKey | undefined> {
    switch (change.story) {
      case 'rotate':
      case 'announce':
      case 'revoke-all':
      case 'same-kid':
      case 'rotate-after':
        return this.#freshKey();
      case 'generate': {
        const key = await generateKeyFor(change.alg, change.bits);
        return { ...key, kid: change.kid ?? key.kid };
      }
      case 'import':
        return importKey(change.jwk);
      case 'promote':
      case 'withdraw':
      case 'restore':
      case 'decoys':
      case 'odd-keys':
      case 'edit':
        return undefined;
    }
  }

  async #freshKey(): Promise<AlgorithmKey> {
    return { ...(await this.#generate()), alg: 'RS256' };
  }
}
