import type { KeyChange, KeyInfo, KeyState } from './control.ts';
import { MockIdpError } from './errors.ts';
import type { JsonObject } from './forgeries/forgery.ts';
import { overlay } from './json.ts';
import { oddKeys } from './odd-keys.ts';
import { type AlgorithmKey, publicJwk } from './signing-key.ts';
import { didYouMean } from './suggest.ts';

export interface RingKey extends AlgorithmKey {
  readonly state: KeyState;
}

/** The keys of an issuer, and how its key set shows them. */
export interface Ring {
  readonly keys: readonly RingKey[];
  /** Entries beside them. */
  readonly decoys: readonly unknown[];
  readonly decoysFirst: boolean;
  /** Members merged over every key, and over some by kid. */
  readonly edit: JsonObject;
  readonly edits: Readonly<Record<string, JsonObject>>;
}

export const EMPTY: Ring = { keys: [], decoys: [], decoysFirst: false, edit: {}, edits: {} };

/**
 * The ring after one story.
 * @param fresh the key that the story brings in, where it does
 * @throws MockIdpError `unknown_key`, or `invalid_request` for a story that cannot be told of this ring
 */
export function changed(ring: Ring, change: KeyChange, fresh: AlgorithmKey | undefined): Ring {
  switch (change.story) {
    case 'rotate': {
      const retired = change.overlap === false ? 'withdrawn' : 'passive';
      return withKeys(ring, [...demoteActive(ring, retired), ...added(fresh, 'active')]);
    }
    case 'announce':
      return withKeys(ring, [...ring.keys, ...added(fresh, 'announced')]);
    case 'generate':
    case 'import': {
      const { state = 'announced' } = change;
      assertNew(ring, fresh);
      const others = state === 'active' ? demoteActive(ring, 'passive') : ring.keys;
      return withKeys(ring, [...others, ...added(fresh, state)]);
    }
    case 'promote': {
      const { kid } = findKey(ring, change.kid);
      return moved(withKeys(ring, demoteActive(ring, 'passive')), kid, 'active');
    }
    case 'withdraw':
      return moved(ring, change.kid, 'withdrawn');
    case 'restore': {
      const { state } = findKey(ring, change.kid);
      if (state === 'withdrawn') return moved(ring, change.kid, 'passive');
      throw new MockIdpError(
        'invalid_request',
        `Key "${change.kid}" is ${state}; only a withdrawn key can be restored`,
      );
    }
    case 'revoke-all':
      return withKeys(ring, [
        ...ring.keys.map((key) => ({ ...key, state: 'withdrawn' as const })),
        ...added(fresh, 'active'),
      ]);
    case 'same-kid': {
      const { kid } = activeKey(ring);
      const replacement = added(fresh, 'active').map((key) => ({ ...key, kid }));
      return withKeys(
        ring,
        ring.keys.flatMap((key) => (key.kid === kid ? replacement : [key])),
      );
    }
    case 'decoys':
      return { ...ring, decoys: change.keys, decoysFirst: change.first ?? false };
    case 'odd-keys': {
      const active = ring.keys.find(({ state }) => state === 'active')?.kid ?? '';
      const decoys = oddKeys(change.sorts, change.count ?? 1, active);
      return { ...ring, decoys, decoysFirst: change.first ?? false };
    }
    case 'edit': {
      const { kid, members } = change;
      if (kid === undefined) return { ...ring, edit: members, edits: {} };
      return { ...ring, edits: { ...ring.edits, [findKey(ring, kid).kid]: members } };
    }
    case 'rotate-after':
      return ring;
  }
}

/**
 * The key set as served (RFC 7517 §5).
 * @param shape members laid over every key before the edits
 */
export function keySet(ring: Ring, shape: JsonObject): { readonly keys: readonly JsonObject[] } {
  const { keys, decoys, decoysFirst } = ring;
  const published = keys.filter(isPublished).map((key) => shown(key, ring, shape));
  const entries = decoysFirst ? [...decoys, ...published] : [...published, ...decoys];
  // A decoy may be anything at all, also no object: that is what it is for.
  return { keys: entries as readonly JsonObject[] };
}

export function describe(ring: Ring, shape: JsonObject): readonly KeyInfo[] {
  return ring.keys.map((key) => ({
    kid: key.kid,
    state: key.state,
    alg: key.alg,
    publicJwk: shown(key, ring, shape),
  }));
}

export function isPublished({ state }: RingKey): boolean {
  return state !== 'withdrawn';
}

/** @throws MockIdpError `unknown_key` with the nearest name */
export function findKey({ keys }: Ring, kid: string): RingKey {
  const found = keys.find((key) => key.kid === kid);
  if (found !== undefined) return found;
  const known = keys.map((key) => key.kid);
  throw new MockIdpError(
    'unknown_key',
    `No key "${kid.slice(0, 64)}" in the ring${didYouMean(kid, known)}; it holds: ${known.join(', ')}`,
  );
}

/** @throws MockIdpError `unknown_key` */
export function activeKey({ keys }: Ring): RingKey {
  const active = keys.find(({ state }) => state === 'active');
  if (active !== undefined) return active;
  throw new MockIdpError(
    'unknown_key',
    'No key is active: rotate, promote a key, or name the key that signs',
  );
}

function shown(key: RingKey, { edit, edits }: Ring, shape: JsonObject): JsonObject {
  return [shape, edit, edits[key.kid]].reduce<JsonObject>(overlay, publicJwk(key));
}

function assertNew({ keys }: Ring, fresh: AlgorithmKey | undefined): void {
  if (!keys.some(({ kid }) => kid === fresh?.kid)) return;
  throw new MockIdpError(
    'invalid_request',
    'A key of this kid is in the ring; publish the same kid twice with the odd key "duplicate-kid"',
  );
}

function withKeys(ring: Ring, keys: readonly RingKey[]): Ring {
  return { ...ring, keys };
}

function demoteActive({ keys }: Ring, state: KeyState): readonly RingKey[] {
  return keys.map((key) => (key.state === 'active' ? { ...key, state } : key));
}

function moved(ring: Ring, kid: string, state: KeyState): Ring {
  const found = findKey(ring, kid);
  return withKeys(
    ring,
    ring.keys.map((key) => (key === found ? { ...key, state } : key)),
  );
}

function added(key: AlgorithmKey | undefined, state: KeyState): readonly RingKey[] {
  return key === undefined ? [] : [{ ...key, state }];
}
