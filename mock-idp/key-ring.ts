import type { KeyChange, KeyInfo, KeyState } from './control.ts';
import { MockIdpError } from './errors.ts';
import type { JsonObject, SigningKey } from './forgeries/forgery.ts';
import { overlay, toJson } from './json.ts';
import { publicJwk } from './signing-key.ts';
import { didYouMean } from './suggest.ts';

export interface RingKey extends SigningKey {
  readonly state: KeyState;
}

interface Ring {
  readonly keys: readonly RingKey[];
  readonly decoys: readonly unknown[];
  readonly decoysFirst: boolean;
  readonly edit: JsonObject;
}

/** The keys of one issuer and what its JWKS shows of them. Begins with one active and one announced key. */
export class KeyRing {
  readonly #generate: () => Promise<SigningKey>;
  #made: Promise<void> | undefined;
  /** What signs until the first change: a token need not wait for the announced key to be made. */
  #first: Promise<SigningKey> | undefined;
  #ring: Ring = { keys: [], decoys: [], decoysFirst: false, edit: {} };

  constructor(generate: () => Promise<SigningKey>) {
    this.#generate = generate;
  }

  /** Its keys are made when they are first asked for: a ring may be replaced before. */
  get #ready(): Promise<void> {
    if (this.#made === undefined) {
      this.#first = this.#generate();
      this.#made = Promise.all([this.#first, this.#generate()]).then(([active, announced]) => {
        this.#ring = { ...this.#ring, keys: [inState(active, 'active'), inState(announced, 'announced')] };
      });
      // Whoever uses the ring sees the failure; nobody may ever use it.
      this.#made.catch(() => undefined);
    }
    return this.#made;
  }

  /** The key of that kid whatever its state; without a kid the active one. @throws MockIdpError `unknown_key` */
  async key(kid?: string): Promise<SigningKey> {
    const ready = this.#ready;
    if (kid === undefined && this.#first !== undefined) return this.#first;
    await ready;
    return kid === undefined ? activeKey(this.#ring) : findKey(this.#ring, kid);
  }

  /** The first key published beside the active one, if there is any. */
  async besideActive(): Promise<SigningKey | undefined> {
    await this.#ready;
    return this.#ring.keys.find(({ state }) => state === 'announced' || state === 'passive');
  }

  async info(): Promise<readonly KeyInfo[]> {
    await this.#ready;
    return describe(this.#ring);
  }

  /** The public half of every published key, for the endpoints that look at a token. */
  async published(): Promise<readonly RingKey[]> {
    await this.#ready;
    return this.#ring.keys.filter(isPublished);
  }

  /** The key set as served (RFC 7517 §5). */
  async jwks(): Promise<{ readonly keys: readonly JsonObject[] }> {
    await this.#ready;
    return document(this.#ring);
  }

  /** Changes take effect in one step: no key set is ever served half-way between two. */
  async change(change: KeyChange): Promise<readonly KeyInfo[]> {
    await this.#ready;
    const fresh = makesKey(change) ? await this.#generate() : undefined;
    const ring = changed(this.#ring, change, fresh);
    toJson(document(ring), 'The key set');
    this.#ring = ring;
    this.#first = undefined;
    return describe(ring);
  }
}

function makesKey({ story }: KeyChange): boolean {
  return story === 'rotate' || story === 'announce' || story === 'revoke-all' || story === 'same-kid';
}

function changed(ring: Ring, change: KeyChange, fresh: SigningKey | undefined): Ring {
  switch (change.story) {
    case 'rotate': {
      const retired = change.overlap === false ? 'withdrawn' : 'passive';
      return { ...ring, keys: [...demoteActive(ring, retired), ...added(fresh, 'active')] };
    }
    case 'announce':
      return { ...ring, keys: [...ring.keys, ...added(fresh, 'announced')] };
    case 'promote': {
      const { kid } = findKey(ring, change.kid);
      const demoted = demoteActive(ring, 'passive');
      return { ...ring, keys: moved({ ...ring, keys: demoted }, kid, 'active') };
    }
    case 'withdraw':
      return { ...ring, keys: moved(ring, change.kid, 'withdrawn') };
    case 'restore': {
      const { state } = findKey(ring, change.kid);
      if (state === 'withdrawn') return { ...ring, keys: moved(ring, change.kid, 'passive') };
      throw new MockIdpError(
        'invalid_request',
        `Key "${change.kid}" is ${state}; only a withdrawn key can be restored`,
      );
    }
    case 'revoke-all':
      return {
        ...ring,
        keys: [...ring.keys.map((key) => inState(key, 'withdrawn')), ...added(fresh, 'active')],
      };
    case 'same-kid': {
      const { kid } = activeKey(ring);
      const replacement = added(fresh, 'active').map((key) => ({ ...key, kid }));
      return { ...ring, keys: ring.keys.flatMap((key) => (key.kid === kid ? replacement : [key])) };
    }
    case 'decoys':
      return { ...ring, decoys: change.keys, decoysFirst: change.first ?? false };
    case 'edit':
      return { ...ring, edit: change.members };
  }
}

function document({ keys, decoys, decoysFirst, edit }: Ring): { readonly keys: readonly JsonObject[] } {
  const published = keys.filter(isPublished).map((key) => overlay(publicJwk(key), edit));
  const entries = decoysFirst ? [...decoys, ...published] : [...published, ...decoys];
  // A decoy may be anything at all, also no object: that is what it is for.
  return { keys: entries as readonly JsonObject[] };
}

function describe({ keys, edit }: Ring): readonly KeyInfo[] {
  return keys.map((key) => ({
    kid: key.kid,
    state: key.state,
    alg: 'RS256',
    publicJwk: overlay(publicJwk(key), edit),
  }));
}

function findKey({ keys }: Ring, kid: string): RingKey {
  const found = keys.find((key) => key.kid === kid);
  if (found !== undefined) return found;
  const known = keys.map((key) => key.kid);
  throw new MockIdpError(
    'unknown_key',
    `No key "${kid.slice(0, 64)}" in the ring${didYouMean(kid, known)}; it holds: ${known.join(', ')}`,
  );
}

function activeKey({ keys }: Ring): RingKey {
  const active = keys.find(({ state }) => state === 'active');
  if (active !== undefined) return active;
  throw new MockIdpError(
    'unknown_key',
    'No key is active: rotate, promote a key, or name the key that signs',
  );
}

function demoteActive({ keys }: Ring, state: KeyState): readonly RingKey[] {
  return keys.map((key) => (key.state === 'active' ? inState(key, state) : key));
}

function moved(ring: Ring, kid: string, state: KeyState): readonly RingKey[] {
  const found = findKey(ring, kid);
  return ring.keys.map((key) => (key === found ? inState(key, state) : key));
}

function added(key: SigningKey | undefined, state: KeyState): readonly RingKey[] {
  return key === undefined ? [] : [inState(key, state)];
}

function inState(key: SigningKey, state: KeyState): RingKey {
  return { kid: key.kid, privateKey: key.privateKey, publicKey: key.publicKey, state };
}

function isPublished({ state }: RingKey): boolean {
  return state !== 'withdrawn';
}
