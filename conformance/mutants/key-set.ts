import { invalidToken, keySetUnavailable } from './answer.ts';
import type { Bug } from './bugs.ts';
import { fetchDocument, type FetchedDocument } from './fetch-document.ts';
import { importKeys, type Keys, type PublishedKey } from './import-keys.ts';

export interface KeySetOptions {
  readonly url: string;
  /** Milliseconds. */
  readonly ttl: number;
  readonly cooldown: number;
  readonly timeout: number;
  readonly maxStale: number;
}

/** Bugs that take an answer without keys for a key set. */
const EMPTYING = ['empty-set-obeyed', '304-empties', 'too-large-empties'] as const;

/** The issuer's keys: cached, refreshed, fetched for an unknown kid at most as often as the bucket allows. */
export class KeySet {
  readonly #options: KeySetOptions;
  readonly #bug: Bug;
  #keys: Keys | undefined;
  #fetchedAt = 0;
  #failedAt = -Infinity;
  #tokens = 2;
  #filledAt = Date.now();
  #inFlight: Promise<void> | undefined;
  #unknownForever = new Set<string>();
  #latched: Error | undefined;
  #slot = '';
  #lastWasEmpty = false;
  #unknownSince = Date.now();
  #unknown = 0;
  readonly #dropped = new Set<string>();
  readonly #single = new Map<string, PublishedKey>();

  constructor(options: KeySetOptions, bug: Bug) {
    this.#options = options;
    this.#bug = bug;
  }

  get loaded(): boolean {
    return this.#keys !== undefined;
  }

  /** @throws Refusal `invalid_token` for a kid that is not in the set, `jwks_unavailable` where the set cannot be had */
  async find(kid: string): Promise<PublishedKey> {
    const bug = this.#bug;
    if (bug('fetch-per-request') || (bug('cache-single-slot') && kid !== this.#slot)) await this.#refresh();
    this.#slot = kid;
    if (bug('global-lock')) await this.#inFlight;
    const single = this.#single.get(kid);
    if (bug('kid-cached-forever') && single !== undefined) return single;
    if (bug('limiter-hits-good') && this.#unknown > 100) this.#limit();
    if (this.#keys === undefined || this.#expired()) await this.#refreshExpired();
    const known = this.#select(kid);
    if (known !== undefined) {
      if (bug('ttl-sliding')) this.#fetchedAt = Date.now();
      this.#single.set(kid, known);
      return known;
    }
    if (bug('negative-forever') && this.#unknownForever.has(kid)) throw invalidToken();
    if (bug('no-refetch')) throw invalidToken();
    // Whoever comes while a fetch is under way waits for it.
    const joins = this.#inFlight !== undefined && !bug('in-flight-refused');
    if (joins || this.#takeToken()) await this.#refresh();
    const found = this.#select(kid);
    if (found !== undefined) return found;
    if (bug('negative-forever')) this.#unknownForever.add(kid);
    this.#unknown += 1;
    const failing = this.#failedAt > this.#fetchedAt || this.#keys === undefined;
    if (failing && bug('down-500')) throw new Error('key set unavailable');
    if (failing && !bug('down-401')) throw keySetUnavailable();
    throw invalidToken();
  }

  async load(): Promise<void> {
    await this.#refresh();
  }

  #expired(): boolean {
    if (this.#bug('ttl-none')) return false;
    const ttl = this.#bug('ttl-unit') ? this.#options.ttl / 1000 : this.#options.ttl;
    return Date.now() - this.#fetchedAt >= ttl;
  }

  async #refreshExpired(): Promise<void> {
    const backingOff = Date.now() - this.#failedAt < this.#options.cooldown;
    const blocked = this.#bug('cooldown-blocks-ttl') && this.#tokens < 1;
    if (!blocked && (!backingOff || this.#bug('no-backoff'))) await this.#refresh();
    if (this.#keys === undefined) {
      if (this.#bug('down-500')) throw new Error('key set unavailable');
      throw this.#bug('down-401') ? invalidToken() : keySetUnavailable();
    }
    const stale = Date.now() - this.#fetchedAt - this.#options.ttl;
    if (stale >= 0 && this.#bug('expired-set-401')) throw invalidToken();
    if (stale >= this.#options.maxStale && !this.#bug('stale-for-ever')) throw keySetUnavailable();
  }

  #select(kid: string): PublishedKey | undefined {
    const bug = this.#bug;
    const keys = this.#keys ?? new Map<string, PublishedKey>();
    if (bug('kid-first-key')) return keys.values().next().value;
    const found = keys.get(kid) ?? (bug('kidless-wildcard') ? keys.get('') : undefined);
    if (found === undefined && bug('kid-fallback-first')) return keys.values().next().value;
    if (found === undefined && bug('kid-prefix')) return [...keys].find(([id]) => kid.startsWith(id))?.[1];
    if (found === undefined && bug('kid-case-fold')) {
      return [...keys].find(([id]) => id.toLowerCase() === kid.toLowerCase())?.[1];
    }
    return found;
  }

  /** Every published key, for verifiers that try them all. */
  get all(): readonly PublishedKey[] {
    return [...(this.#keys?.values() ?? [])];
  }

  #takeToken(): boolean {
    if (this.#bug('refetch-unbounded')) return true;
    if (this.#bug('cooldown-success-only') && this.#failedAt > this.#fetchedAt) return true;
    if (this.#bug('empty-set-lifts-cooldown') && this.#lastWasEmpty) return true;
    const now = Date.now();
    const cooldown = this.#options.cooldown * (this.#bug('cooldown-too-long') ? 1000 : 1);
    this.#tokens = Math.min(2, this.#tokens + (now - this.#filledAt) / cooldown);
    this.#filledAt = now;
    if (this.#tokens < 1) {
      if (this.#bug('cooldown-sliding')) this.#tokens = 0;
      return false;
    }
    this.#tokens -= 1;
    return true;
  }

  async #refresh(): Promise<void> {
    if (this.#bug('error-latched') && this.#latched !== undefined) throw keySetUnavailable();
    if (this.#bug('no-single-flight')) return this.#fetchOnce();
    this.#inFlight ??= this.#fetchOnce().finally(() => {
      this.#inFlight = undefined;
    });
    return this.#inFlight;
  }

  async #fetchPatiently(): Promise<FetchedDocument> {
    const attempts = this.#bug('retry-tight') ? 6 : 1;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await fetchDocument(this.#options, this.#bug);
      } catch (error) {
        if (attempt === attempts) throw error;
      }
    }
  }

  #dropOlder(keys: Keys): void {
    const before = this.#keys;
    const older = [...keys.keys()].filter((kid) => before?.has(kid) ?? true);
    if (before !== undefined && older.length < keys.size) for (const kid of older) this.#dropped.add(kid);
  }

  /** Everybody is held back for a second, whoever it was that came too often. */
  #limit(): void {
    if (Date.now() - this.#unknownSince < 1000) throw keySetUnavailable();
    this.#unknownSince = Date.now();
    this.#unknown = 0;
  }

  async #fetchOnce(): Promise<void> {
    const bug = this.#bug;
    if (bug('clear-before-fill')) this.#keys = new Map();
    try {
      const { document, maxAge } = await this.#fetchPatiently();
      const keys = importKeys(document, bug);
      this.#lastWasEmpty = keys.size === 0;
      const emptyWillDo =
        bug('failure-overwrites') ||
        bug('error-json-overwrites') ||
        EMPTYING.some((name) => bug(name)) ||
        (bug('startup-syntax-only') && this.#keys === undefined);
      if (keys.size === 0 && !emptyWillDo) throw new Error('no usable key');
      if (bug('keep-newest-only')) this.#dropOlder(keys);
      if (bug('merge-on-refresh')) this.#keys = new Map([...(this.#keys ?? []), ...keys]);
      else this.#keys = new Map([...keys].filter(([kid]) => !this.#dropped.has(kid)));
      const { ttl } = this.#options;
      this.#fetchedAt = Date.now() - ttl + (maxAge === undefined ? ttl : maxAge * 1000);
      this.#failedAt = -Infinity;
    } catch (error) {
      if (bug('parse-error-500') && error instanceof SyntaxError) throw error;
      if (bug('jwks-recursion-500') && error instanceof RangeError) throw error;
      if (bug('failure-overwrites')) this.#keys = new Map();
      if (bug('error-latched') && error instanceof Error) this.#latched = error;
      this.#failedAt = Date.now();
    }
  }
}
