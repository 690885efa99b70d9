import type { Check } from '../../model.ts';
import { type KeyPair, type PublishedKey, publishedAs, rsaPair } from './odd-key.ts';
import { publishedKeyCheck } from './published.ts';

type Members = Readonly<Record<string, unknown>>;

/** What a JWK says it is for: `use`, `key_ops`, `alg`, `kty` (RFC 7517 §4.1 to §4.4). Only the entry is odd; its tokens are well signed. */
export const keyPurposeChecks: readonly Check[] = [
  publishedKeyCheck('key-use-enc', 'refused', () => variants({ '': { use: 'enc' } })),
  publishedKeyCheck('key-ops-no-verify', 'refused', () =>
    variants({
      encrypt: { use: undefined, key_ops: ['encrypt'] },
      sign: { use: undefined, key_ops: ['sign'] },
    }),
  ),
  publishedKeyCheck('key-ops-verify-only', 'accepted', () =>
    variants({ '': { use: undefined, key_ops: ['verify'], ext: true } }),
  ),
  publishedKeyCheck('key-use-ops-conflict', 'refused', () => variants({ '': { key_ops: ['encrypt'] } })),
  publishedKeyCheck('key-alg-mismatch', 'refused', () =>
    variants({ PS256: { alg: 'PS256' }, RS384: { alg: 'RS384' }, 'RSA-OAEP': { alg: 'RSA-OAEP' } }),
  ),
  publishedKeyCheck('key-no-hints', 'accepted', () => variants({ '': { use: undefined, alg: undefined } })),
  publishedKeyCheck('key-no-alg', 'accepted', () => variants({ '': { alg: undefined } })),
  publishedKeyCheck('key-kty-case', 'refused', () => variants({ '': { kty: 'rsa' } })),
];

/** One key under several entries: each has a kid of its own, and none of them is a good one. */
async function variants(members: Readonly<Record<string, Members>>): Promise<readonly PublishedKey[]> {
  const pair: KeyPair = await rsaPair();
  return Object.entries(members).map(([label, odd]) => publishedAs(pair, odd, label));
}
