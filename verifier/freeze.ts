/** Freezes a JSON value to its last member, without recursion: the depth is the sender's choice. */
export function deepFreeze(value: object): void {
  const left = [value];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    Object.freeze(next);
    for (const member of Object.values(next) as unknown[]) {
      if (typeof member === 'object' && member !== null) left.push(member);
    }
  }
}
