/** Measured: a number in a set, its share of the table included. */
export const PRINT_BYTES = 24;

/** Base64url characters of the signature that are looked at: more bits than the 32 of a fingerprint. */
const PRINT_LENGTH = 12;

/**
 * Knows again which tokens came before, at a small part of the memory that keeping them takes ("doorkeeper": Einziger,
 * Friedman and Manes, TinyLFU, 2017, §3.4.2). Two generations bound it, as they do the token cache. Two tokens may be
 * taken for one, which does no harm: no verdict hangs on it.
 */
export class Doorkeeper {
  readonly #capacity: number;
  #young = new Set<number>();
  #old = new Set<number>();

  /** @param capacity how many tokens it remembers at most */
  constructor(capacity: number) {
    this.#capacity = capacity / 2;
  }

  /** Whether the token, whose signature was found good, came before. */
  cameBefore(token: string): boolean {
    const print = fingerprint(token);
    if (this.#young.has(print) || this.#old.has(print)) return true;
    if (this.#young.size >= this.#capacity) {
      this.#old = this.#young;
      this.#young = new Set();
    }
    this.#young.add(print);
    return false;
  }
}

/** Of the signature's last characters, which are as good as random; a small integer, which takes no object. */
function fingerprint(token: string): number {
  let print = 0;
  for (let index = Math.max(0, token.length - PRINT_LENGTH); index < token.length; index += 1) {
    print = (Math.imul(print, 61) + token.charCodeAt(index)) | 0;
  }
  return print;
}
