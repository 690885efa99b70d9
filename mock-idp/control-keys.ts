/** announced: published, not signing yet. active: published, signs. passive: published, signs no more. withdrawn: not published. */
export type KeyState = 'announced' | 'active' | 'passive' | 'withdrawn';

export interface KeyInfo {
  readonly kid: string;
  readonly state: KeyState;
  readonly alg: string;
  /** The public JWK as published (or as it would be). Never a private member. */
  readonly publicJwk: Readonly<Record<string, unknown>>;
}

export type KeyChange =
  /** A new active key; the old one stays published as passive (overlap, the default) or is withdrawn at once. */
  | { readonly story: 'rotate'; readonly overlap?: boolean }
  /** Publish a key that does not sign yet. */
  | { readonly story: 'announce' }
  | { readonly story: 'promote'; readonly kid: string }
  | { readonly story: 'withdraw'; readonly kid: string }
  /** Put a withdrawn key back (passive). */
  | { readonly story: 'restore'; readonly kid: string }
  /** All keys out, one new active key in. */
  | { readonly story: 'revoke-all' }
  /** New key material under the active kid. */
  | { readonly story: 'same-kid' }
  /** After so many key sets served from now on: a rotation that happens between two fetches. */
  | { readonly story: 'rotate-after'; readonly fetches: number; readonly overlap?: boolean }
  /** A new key of any sort; in the state `announced` unless told otherwise. */
  | {
      readonly story: 'generate';
      readonly alg: KeyAlgorithm;
      /** Of the modulus of an RSA key; default 2048. */
      readonly bits?: 1024 | 2048 | 3072 | 4096;
      /** Default: its thumbprint (RFC 7638). */
      readonly kid?: string;
      readonly state?: KeyState;
    }
  /** A key of your own: a private JWK (RFC 7517). In the state `announced` unless told otherwise. */
  | { readonly story: 'import'; readonly jwk: Readonly<Record<string, unknown>>; readonly state?: KeyState }
  /** Entries served beside the ring, verbatim: odd keys of every sort. An empty list takes them away. `first` puts them before the ring. */
  | { readonly story: 'decoys'; readonly keys: readonly unknown[]; readonly first?: boolean }
  /** The same, made by the server: `count` of each sort (default 1). No one can sign with them. */
  | {
      readonly story: 'odd-keys';
      readonly sorts: readonly OddKeySort[];
      readonly count?: number;
      readonly first?: boolean;
    }
  /**
   * Members merged over every published ring key, or over one (`null` removes one), e.g. `{ use: null }`,
   * `{ alg: 'RS512' }`. Merging over every key takes back what was merged over one.
   */
  | {
      readonly story: 'edit';
      readonly members: Readonly<Record<string, unknown>>;
      readonly kid?: string;
    };

/** What the keys of a ring can sign with (RFC 7518 §3.1, RFC 8037 §3.1). */
export type KeyAlgorithm =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA'
  | 'HS256'
  | 'HS384'
  | 'HS512';

/** Entries of a key set that a resource server must pass over or get along with. */
export type OddKeySort =
  /** Sound keys of other sizes and types. */
  | 'rsa-1024'
  | 'rsa-2048'
  | 'rsa-3072'
  | 'rsa-4096'
  | 'rsa-8192'
  | 'ec-p256'
  | 'ec-p384'
  | 'ec-p521'
  | 'ed25519'
  | 'oct'
  /** RSA keys not meant for signatures, or meant for none. */
  | 'use-enc'
  | 'key-ops-encrypt'
  | 'wrong-alg'
  /** RSA keys with a member too few, or with the `kid` of the active key. */
  | 'missing-alg'
  | 'missing-use'
  | 'missing-kid'
  | 'missing-kty'
  | 'missing-n'
  | 'duplicate-kid'
  /** Entries that make no key. */
  | 'unknown-kty'
  | 'unknown-crv'
  | 'off-curve'
  | 'exponent-one'
  | 'not-base64url'
  | 'numeric-kid'
  | 'null-entry'
  | 'text-entry'
  | 'empty-entry';
