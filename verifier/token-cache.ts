import type { TokenCacheOptions, VerifiedToken } from './contract.ts';
import { Doorkeeper, PRINT_BYTES } from './doorkeeper.ts';
import type { KeySet } from './key-set.ts';

/** 192 bits of the signature: cheap to hash, and no two valid tokens share them by chance. */
const KEY_LENGTH = 32;

/** Measured: map slot and entry; a character of the token, which may be text in its claims too; a member of these. */
const ENTRY_BYTES = 256;
const CHARACTER_BYTES = 2;
const MEMBER_BYTES = 72;

interface Entry {
  readonly token: string;
  readonly verified: VerifiedToken;
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly until: number;
  readonly bytes: number;
}

/**
 * Remembers verified tokens, so that the signature of a repeated one need not be checked again. A token is kept when it
 * comes the second time: many come once, and to keep those costs more, in garbage, than it ever gives back. Two
 * generations bound it: what was not used while a generation filled is forgotten with the one before.
 */
export class TokenCache {
  readonly #maxTokens: number;
  readonly #maxBytes: number;
  readonly #doorkeeper: Doorkeeper;
  #young = new Map<string, Entry>();
  #old = new Map<string, Entry>();
  #youngBytes = 0;
  #oldBytes = 0;
  /** The key set that verified every token held. */
  #keySet: KeySet | undefined;

  constructor(options: Required<TokenCacheOptions>) {
    // So many prints fit beside as there can be tokens: the bytes are shared in the proportion of their sizes.
    const capacity = Math.min(options.maxTokens, options.maxBytes / (ENTRY_BYTES + PRINT_BYTES));
    this.#doorkeeper = new Doorkeeper(capacity);
    this.#maxTokens = Math.floor(options.maxTokens / 2);
    this.#maxBytes = (options.maxBytes - capacity * PRINT_BYTES) / 2;
  }

  /** How many tokens are held; one that was used in both generations counts twice. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** Estimate of the memory that the tokens hold. */
  get bytes(): number {
    return this.#youngBytes + this.#oldBytes;
  }

  /** The token as verified earlier by this very key set; nothing once it expires, or before it was seen (a clock set back). */
  get(token: string, keySet: KeySet, now: number): VerifiedToken | undefined {
    if (keySet !== this.#keySet) this.#clear(keySet);
    const key = token.slice(-KEY_LENGTH);
    const young = this.#young.get(key);
    const entry = young ?? this.#old.get(key);
    // The key only finds the entry; the whole token decides.
    if (entry?.token !== token) return undefined;
    if (now >= entry.until || now < entry.from) return undefined;
    if (young === undefined) this.#insert(key, entry);
    return entry.verified;
  }

  /**
   * Keeps the token if it came before. Only for one whose every check has passed. `until` and `now` in milliseconds since
   * the epoch; `members` of its claims at every level.
   */
  add(
    token: string,
    verified: VerifiedToken,
    keySet: KeySet,
    now: number,
    until: number,
    members: number,
  ): void {
    if (keySet !== this.#keySet) this.#clear(keySet);
    if (!this.#doorkeeper.cameBefore(token)) return;
    const bytes = ENTRY_BYTES + CHARACTER_BYTES * token.length + MEMBER_BYTES * members;
    this.#insert(token.slice(-KEY_LENGTH), { token, verified, from: now, until, bytes });
  }

  #insert(key: string, entry: Entry): void {
    const { bytes } = entry;
    if (bytes > this.#maxBytes) return;
    if (this.#young.size >= this.#maxTokens || this.#youngBytes + bytes > this.#maxBytes) {
      this.#old = this.#young;
      this.#oldBytes = this.#youngBytes;
      this.#young = new Map();
      this.#youngBytes = 0;
    }
    this.#young.set(key, entry);
    this.#youngBytes += bytes;
  }

  #clear(keySet: KeySet): void {
    this.#young = new Map();
    this.#old = new Map();
    this.#youngBytes = 0;
    this.#oldBytes = 0;
    this.#keySet = keySet;
  }
}
