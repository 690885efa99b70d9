import fc from 'fast-check';

/** Values that programs forget: of the wrong type, at a bound, or a name that objects have anyway. */
const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    ...[null, true, false, 0, -1, 1.5, 1e21, Number.MAX_SAFE_INTEGER, '', ' ', '\u0000', '\ud800', 'é', '💥'],
    ...['__proto__', 'constructor', 'now', '+1m', '-999999999999d', '{n}', '\r\nx: y', '../..', [], {}, [[]]],
  ),
  fc.jsonValue(),
);

type Path = readonly (string | number)[];

/**
 * Samples with one thing changed, somewhere in their depth: another value, a member too many or one too few; and now
 * and then just anything.
 */
export function nearValid(samples: readonly unknown[]): fc.Arbitrary<unknown> {
  const changed = fc.constantFrom(...samples).chain((sample) =>
    fc
      .tuple(
        fc.constantFrom(...pathsOf(sample)),
        fc.constantFrom('replace', 'remove', 'add'),
        fc.string(),
        odd,
      )
      .map(([path, kind, name, value]) => {
        if (kind === 'add') return withValue(sample, [...path, name], value);
        return kind === 'remove' ? withValue(sample, path, undefined) : withValue(sample, path, value);
      }),
  );
  return fc
    .oneof({ weight: 8, arbitrary: changed }, { weight: 1, arbitrary: fc.constantFrom(...samples) }, odd)
    .map((value) => value ?? null);
}

/** Of every member, however deep; the empty path is the value itself. */
function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, member]) => pathsOf(member, [...path, name]))];
}

/** `undefined` leaves the member out, for JSON has no such value. */
function withValue(target: unknown, [name, ...rest]: Path, value: unknown): unknown {
  if (name === undefined) return value;
  if (Array.isArray(target)) {
    return target.map((each: unknown, index) =>
      String(index) === name ? withValue(each, rest, value) : each,
    );
  }
  const members = typeof target === 'object' && target !== null ? Object.entries(target) : [];
  const member = members.find(([key]) => key === name)?.[1] as unknown;
  // By entries, so that a member called __proto__ is one like any other.
  return Object.fromEntries([
    ...members.filter(([key]) => key !== name),
    [name, withValue(member, rest, value)],
  ]);
}
