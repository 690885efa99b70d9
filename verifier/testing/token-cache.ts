import v8 from 'node:v8';
import vm from 'node:vm';
import type { VerifiedToken } from '../contract.ts';
import { deepFreeze } from '../freeze.ts';
import type { KeySet } from '../key-set.ts';
import type { TokenCache } from '../token-cache.ts';

export const NOW = 1_800_000_000_000;
/** What every token here was verified with. */
export const emptySet: KeySet = { keys: new Map(), size: 0, skipped: [] };

/** What a token of that user says. */
export function verifiedAs(sub: string): VerifiedToken {
  return { header: { alg: 'RS256', kid: 'k1' }, claims: { iss: 'i', aud: 'a', sub, exp: NOW / 1000 + 60 } };
}

/** Claims as they mostly are, of another token for each number. */
export function usual(id: number): object {
  const times = { iat: NOW / 1000 + id, exp: NOW / 1000 + 300 + id };
  return {
    iss: 'https://idp.example',
    aud: 'https://api.example',
    sub: `user-${id}`,
    name: 'Ada L.',
    ...times,
  };
}

/** Adds a token as it would come from a request: its text and its claims share nothing with any other. */
export function fill(cache: TokenCache, id: number, claims: object): void {
  const payload = JSON.stringify(claims);
  const text = `${'h'.repeat(60)}.${Buffer.from(payload).toString('base64url')}.${`${id}`.padStart(342, 's')}`;
  const read = JSON.parse(payload) as VerifiedToken['claims'];
  const members = deepFreeze(read);
  const verified = Object.freeze({ header: { alg: 'RS256', kid: 'k1' }, claims: read }) as VerifiedToken;
  keep(cache, Buffer.from(text).toString('latin1'), verified, members);
}

/** As a token that comes twice; it is good for a second. */
export function keep(cache: TokenCache, token: string, verified: VerifiedToken, members = 8): void {
  for (let times = 0; times < 2; times += 1) cache.add(token, verified, emptySet, NOW, NOW + 1000, members);
}

/** Bytes on the heap that something still needs. */
export function heapUsed(): number {
  v8.setFlagsFromString('--expose-gc');
  const collect = vm.runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

/** Every object within a value that could still be changed. */
export function thawed(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return [...(Object.isFrozen(value) ? [] : [value]), ...Object.values(value).flatMap(thawed)];
}
