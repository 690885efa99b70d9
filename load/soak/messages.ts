/** What the load process is told. */
export type ToGenerator =
  /** The tokens to send from now on, in place of those before. Answered with `taken` once no request bears another. */
  | { readonly kind: 'tokens'; readonly good: readonly Generation[]; readonly bad: readonly string[] }
  | { readonly kind: 'stop' };

/** Good tokens signed by one key. */
export interface Generation {
  readonly tokens: readonly string[];
  /** Milliseconds since the epoch. Until then the backend may not have seen the key, and answer 401. */
  readonly knownFrom: number;
}

/** What the load process says. */
export type FromGenerator =
  { readonly kind: 'taken' } | { readonly kind: 'counts'; readonly counts: Counts; readonly last: boolean };

/** Answers so far. */
export interface Counts {
  readonly requests: number;
  /** By status; `0` where no answer came. */
  readonly good: Readonly<Record<string, number>>;
  readonly bad: Readonly<Record<string, number>>;
  /** 401 to a good token whose key was just made. */
  readonly late: number;
  /** Good tokens refused or failed, and bad ones accepted, in words; the first few. */
  readonly wrong: readonly string[];
  readonly wrongs: number;
}

/** What the API process is asked, and what it says: its address, and its memory after a garbage collection, in bytes. */
export type ToHost = { readonly kind: 'memory' } | { readonly kind: 'stop' };
export type FromHost =
  | { readonly kind: 'listening'; readonly url: string }
  | { readonly kind: 'memory'; readonly rss: number; readonly heapUsed: number; readonly external: number };
