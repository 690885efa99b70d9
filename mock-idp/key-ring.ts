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

/** The keys of one issuer and what its JWKS shows of them. Begins with one active and one announced key. */
export class KeyRing {
  readonly #generate: () => Promise<SigningKey>;
  readonly #shape: () => JsonObject;
  #made: Promise<void> | undefined;
  /** What signs until the first change: a token need not wait for the announced key to be made. */
  #first: Promise<AlgorithmKey> | undefined;
  #ring: Ring = EMPTY;
  #pending: Pending | undefined;

  /** @param shape members that the issuer lays over every key it publishes */
  constructor(generate: () => Promise<SigningKey>, shape: () => JsonObject) {
    this.#generate = generate;
    this.#shape = shape;
  }

  /** Its keys are made when they are first asked for: a ring may be replaced before. */
  get #ready(): Promise<void> {
    if (this.#made === undefined) {
      this.#first = this.#freshKey();
      this.#made = Promise.all([this.#first, this.#freshKey()]).then(([active, announced]) => {
        const keys: readonly RingKey[] = [
          { ...active, state: 'active' },
          { ...announced, state: 'announced' },
        ];
        this.#ring = { ...this.#ring, keys };
      });
      // Whoever uses the ring sees the failure; nobody may ever use it.
      this.#made.catch(() => undefined);
    }
    return this.#made;
  }

  /** The key of that kid whatever its state; without a kid the active one. @throws MockIdpError `unknown_key` */
  async key(kid?: string): Promise<AlgorithmKey> {
    const ready = this.#ready;
    if (kid === undefined && this.#first !== undefined) return this.#first;
    await ready;
    return kid === undefined ? activeKey(this.#ring) : findKey(this.#ring, kid);
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
    this.#first = undefined;
    if (change.story === 'rotate-after' && fresh !== undefined) {
      this.#pending = { left: change.fetches, key: fresh, overlap: change.overlap ?? true };
    }
    return describe(ring, this.#shape());
  }

  #countDown(pending: Pending): void {
    pending.left -= 1;
    if (pending.left > 0) return;
    this.#pending = undefined;
    this.#first = undefined;
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
