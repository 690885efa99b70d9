/**
 * Freezes a JSON value to its last member, without recursion: the depth is the sender's choice. Gives the number of
 * members at every level together, which is what its size in memory goes by.
 */
export function deepFreeze(value: object): number {
  let count = 0;
  let left: object[] | undefined;
  for (let next: object | undefined = value; next !== undefined; next = left?.pop()) {
    Object.freeze(next);
    // Claims are mostly flat: for them, a list of their values would cost more than the freezing.
    for (const name in next) {
      count += 1;
      const member = (next as Readonly<Record<string, unknown>>)[name];
      if (typeof member === 'object' && member !== null) (left ??= []).push(member);
    }
  }
  return count;
}
