import { randomUUID } from 'node:crypto';
import type { BatchRequest } from './control.ts';
import type { JsonObject } from './forgeries/forgery.ts';
import { uuidOf } from './uuid.ts';

/** Signatures under way at once: enough that no core waits for the next, few enough to stop soon. */
const UNDER_WAY = 32;

/**
 * The claims of the n-th token of a batch, counted from 1: in a text of `each`, `{n}` is that number and `{uuid}` an
 * identifier (RFC 9562 §5.4) that is the same again for the same seed, number and claim.
 */
export function batchClaims({
  claims,
  each = {},
  seed = randomUUID(),
}: BatchRequest): (n: number) => JsonObject {
  const templates = Object.entries(each);
  return (n) => ({
    ...claims,
    ...Object.fromEntries(
      templates.map(([claim, value]) => [
        claim,
        typeof value === 'string'
          ? value.replaceAll('{n}', String(n)).replaceAll('{uuid}', () => uuidOf(`${seed}:${n}:${claim}`))
          : value,
      ]),
    ),
  });
}

/** The results of `make(1)` to `make(count)` in order, several of them in the making while one is awaited. */
export async function* inOrder<Value>(
  count: number,
  make: (n: number) => Promise<Value>,
): AsyncGenerator<Value, void, undefined> {
  const underWay: Promise<Value>[] = [];
  for (let n = 1; n <= count || underWay.length > 0;) {
    while (n <= count && underWay.length < UNDER_WAY) {
      const value = make(n);
      // Whoever stops reading never asks how the rest ended.
      value.catch(() => undefined);
      underWay.push(value);
      n += 1;
    }
    const first = underWay.shift();
    if (first !== undefined) yield await first;
  }
}
