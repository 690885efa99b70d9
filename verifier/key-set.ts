import type { KeyObject } from 'node:crypto';
import { JwksError } from './errors.ts';
import { importJwk } from './jwk.ts';

/** More keys than this under one kid are no accident; each costs a verification per bad signature. */
const MAX_KEYS_PER_KID = 4;

/** The usable keys of one key set document. Never changed: a refresh makes a new one, so a removed key is gone. */
export interface KeySet {
  readonly keys: ReadonlyMap<string, readonly KeyObject[]>;
  /** How many usable keys there are, kids shared by several counted singly. */
  readonly size: number;
  /** One line per entry that is not used, naming its place, kid and fault. */
  readonly skipped: readonly string[];
}

/**
 * Reads a key set (RFC 7517 §5). An entry that cannot be used is skipped and harms no other. Several usable keys under
 * one kid are all kept and tried in turn: §4.5 only says that they SHOULD NOT share it, and an issuer that does so has
 * given its word for each of them.
 * @throws JwksError `not-json`, `not-a-key-set` or `no-usable-key`
 */
export function parseKeySet(text: string): KeySet {
  const keys = new Map<string, KeyObject[]>();
  const skipped: string[] = [];
  let size = 0;
  for (const [index, entry] of readEntries(text).entries()) {
    const imported = importJwk(entry);
    const kid = imported.kid === undefined ? '' : ` (kid ${JSON.stringify(imported.kid)})`;
    if ('unusable' in imported) {
      skipped.push(`key ${index}${kid} ${imported.unusable}`);
      continue;
    }
    const sameKid = keys.get(imported.kid);
    if (sameKid === undefined) keys.set(imported.kid, [imported.key]);
    else if (sameKid.length < MAX_KEYS_PER_KID) sameKid.push(imported.key);
    else {
      skipped.push(`key ${index}${kid} shares its kid with ${MAX_KEYS_PER_KID} others`);
      continue;
    }
    size += 1;
  }
  if (size === 0) {
    const why = skipped.length === 0 ? 'it is empty' : skipped.slice(0, 5).join('; ');
    throw new JwksError('no-usable-key', `the key set has no key usable for RS256: ${why}`);
  }
  return { keys, size, skipped };
}

/** Whether two sets hold the same keys under the same kids, in whatever order. */
export function sameKeys(one: KeySet, other: KeySet): boolean {
  if (one.size !== other.size || one.keys.size !== other.keys.size) return false;
  for (const [kid, keys] of one.keys) {
    const others = other.keys.get(kid);
    if (others?.length !== keys.length) return false;
    if (!keys.every((key) => others.some((twin) => key.equals(twin)))) return false;
  }
  return true;
}

function readEntries(text: string): readonly unknown[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new JwksError('not-json', 'the answer is not JSON');
  }
  const keys: unknown =
    typeof document === 'object' && document !== null && 'keys' in document ? document.keys : undefined;
  if (!Array.isArray(keys)) {
    throw new JwksError('not-a-key-set', 'the answer is no key set: it has no array "keys" (RFC 7517 §5)');
  }
  return keys;
}
