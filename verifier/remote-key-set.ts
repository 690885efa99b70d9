import type { KeyObject } from 'node:crypto';
import type { FetchCause, VerifierEvent } from './contract.ts';
import { JwksError } from './errors.ts';
import { fetchKeySet } from './fetch-key-set.ts';
import type { FetchedKeySet } from './fetch-key-set.ts';
import { sameKeys } from './key-set.ts';
import type { KeySet } from './key-set.ts';
import { createTokenBucket } from './token-bucket.ts';
import type { TokenBucket } from './token-bucket.ts';

/** Fetches at hand for unknown kids: enough for a rotation that comes right after a mistaken or hostile kid. */
const BURST = 2;
/** The part of the TTL after which the set is fetched anew, so that the answer is there before the TTL ends. */
const REFRESH_AT = 0.9;
const FIRST_RETRY_MS = 1000;
/** A longer delay would overflow the timer and fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

export interface RemoteKeySetOptions {
  /** For events. */
  readonly issuer: string;
  readonly jwksUrl: string;
  readonly ttlMs: number;
  readonly cooldownMs: number;
  readonly timeoutMs: number;
  readonly maxStaleMs: number;
  readonly now: () => number;
  readonly fetch: typeof globalThis.fetch;
  readonly emit: (event: VerifierEvent) => void;
}

/** `unknown`: the issuer has no such key. `unavailable`: it may have, but cannot be asked. */
export type KeyLookup = readonly KeyObject[] | 'unknown' | 'unavailable';

/** The key set of one issuer, kept fresh in the background. Fetches once at a time, however many wait. */
export class RemoteKeySet {
  readonly #options: RemoteKeySetOptions;
  readonly #bucket: TokenBucket;
  readonly #disposal = new AbortController();
  #set: KeySet | undefined;
  /** The last good answer; its keys may be the same as those of `#set` in other objects. */
  #fetched: FetchedKeySet | undefined;
  /** The TTL, or less where the answer said so. */
  #lifetimeMs = 0;
  /** When the fetch that brought the set began: keys withdrawn after that moment may still be in it. */
  #fetchedAt = 0;
  /** Until when the set is used without waiting for a fetch. */
  #trustedUntil = 0;
  #lastError: JwksError | undefined;
  #failures = 0;
  #inFlight: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #nextFetchAt = 0;

  constructor(options: RemoteKeySetOptions) {
    this.#options = options;
    this.#bucket = createTokenBucket(BURST, options.cooldownMs, options.now);
  }

  /** The set as last fetched, however old. */
  get latest(): KeySet | undefined {
    return this.#set;
  }

  /** Why the last fetch failed; nothing where it succeeded. */
  get lastError(): JwksError | undefined {
    return this.#lastError;
  }

  /** The set, where it may be used at `time` without waiting. A clock before the fetch says nothing about its age. */
  trusted(time: number): KeySet | undefined {
    return time < this.#trustedUntil && time >= this.#fetchedAt ? this.#set : undefined;
  }

  /** Whether there is a set that is within its TTL, or not older than the bound for stale ones. */
  usable(time: number): boolean {
    return this.#set !== undefined && time >= this.#fetchedAt && time < this.#staleUntil();
  }

  /** Whole seconds until the next fetch is due; at least 1. */
  retryAfter(): number {
    return Math.max(1, Math.ceil((this.#nextFetchAt - this.#options.now()) / 1000));
  }

  /** The keys of a kid that is not at hand. Waits for a fetch where one is under way, due, or allowed by the bucket. */
  async find(kid: string): Promise<KeyLookup> {
    for (;;) {
      const joins = this.#inFlight !== undefined;
      if (!joins && !this.#isDue() && !this.#bucket.take()) break;
      await this.refresh('lookup');
      const keys = this.trusted(this.#options.now())?.keys.get(kid);
      if (keys !== undefined) return keys;
      // A fetch that was under way before this token came may have missed its key; one begun for it has not.
      if (!joins || this.#lastError !== undefined) break;
    }
    const answered = this.#lastError === undefined && this.trusted(this.#options.now()) !== undefined;
    return answered ? 'unknown' : 'unavailable';
  }

  /** Fetches the set, or waits for the fetch under way. Never rejects: `lastError` tells. */
  refresh(cause: FetchCause): Promise<void> {
    this.#inFlight ??= this.#attempt(cause).finally(() => {
      this.#inFlight = undefined;
    });
    return this.#inFlight;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#disposal.abort();
  }

  /** Never fetched, or past its TTL without anyone having asked: the bucket is not for these fetches. */
  #isDue(): boolean {
    return this.#lastError === undefined && this.trusted(this.#options.now()) === undefined;
  }

  #staleUntil(): number {
    return this.#fetchedAt + this.#lifetimeMs + this.#options.maxStaleMs;
  }

  async #attempt(cause: FetchCause): Promise<void> {
    const { issuer, jwksUrl, emit, now } = this.#options;
    const startedAt = now();
    const stopwatch = performance.now();
    // A slow answer to a timely refresh delays no token: the old set serves until the answer is there.
    if (this.trusted(startedAt) !== undefined) this.#trustedUntil = this.#staleUntil();
    // Whoever misses a key wants the document itself: an entity tag that outlives its keys must not hide a rotation.
    const known = cause === 'refresh' ? this.#fetched : undefined;
    const { signal } = this.#disposal;
    const outcome = await fetchKeySet(jwksUrl, { ...this.#options, signal, known }).catch(toJwksError);
    const durationMs = performance.now() - stopwatch;
    if (outcome instanceof JwksError) this.#keep(outcome);
    else this.#replace(outcome, startedAt);
    const event = { issuer, cause, durationMs, ...this.#times() };
    if (outcome instanceof JwksError) {
      const { reason, message } = outcome;
      emit({ ...event, type: 'jwks-failed', reason, message });
    } else {
      const { size: keys, skipped: faults } = outcome.keySet;
      const { notModified } = outcome;
      emit({ ...event, type: 'jwks-fetched', notModified, keys, skipped: faults.length, faults });
    }
  }

  #times(): { readonly freshUntil: number; readonly usableUntil: number } {
    if (this.#set === undefined) return { freshUntil: 0, usableUntil: 0 };
    return { freshUntil: this.#fetchedAt + this.#lifetimeMs, usableUntil: this.#staleUntil() };
  }

  #replace(fetched: FetchedKeySet, fetchedAt: number): void {
    const { keySet, freshMs = Infinity } = fetched;
    const { ttlMs, cooldownMs } = this.#options;
    this.#fetched = fetched;
    // The same keys stay the same objects, so that tokens verified with them need not be verified again.
    if (this.#set === undefined || !sameKeys(this.#set, keySet)) this.#set = keySet;
    // `max-age=0` would make a fetch of every request.
    this.#lifetimeMs = Math.min(ttlMs, Math.max(freshMs, cooldownMs));
    this.#fetchedAt = fetchedAt;
    this.#trustedUntil = this.#fetchedAt + this.#lifetimeMs;
    this.#lastError = undefined;
    this.#failures = 0;
    this.#schedule(this.#fetchedAt + this.#lifetimeMs * REFRESH_AT);
  }

  #keep(error: JwksError): void {
    this.#lastError = error;
    this.#trustedUntil = this.#set === undefined ? 0 : this.#staleUntil();
    const delay = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, this.#options.cooldownMs);
    this.#failures += 1;
    this.#schedule(this.#options.now() + delay);
  }

  #schedule(time: number): void {
    clearTimeout(this.#timer);
    if (this.#disposal.signal.aborted) return;
    this.#nextFetchAt = time;
    const delay = Math.min(Math.max(time - this.#options.now(), 0), MAX_DELAY_MS);
    this.#timer = setTimeout(() => void this.refresh('refresh'), delay).unref();
  }
}

/** What else could be thrown is a defect of ours; it must not end the process from a timer. */
function toJwksError(error: unknown): JwksError {
  return error instanceof JwksError ? error : new JwksError('unreachable', String(error), { cause: error });
}
