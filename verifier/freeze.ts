/**
 * Freezes a JSON value to its last member, without recursion: the depth is the sender's choice. Gives the number of
 * members at every level together, which is what its size in memory goes by.
 */
export function deepFreeze(value: object): number {
  const left = [value];
  let count = 0;
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    Object.freeze(next);
    const members = Object.values(next) as unknown[];
    count += members.length;
    for (const member of members) {
      if (typeof member === 'object' && member !== null) left.push(member);
    }
  }
  return count;
}
