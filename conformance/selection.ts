import { nearest } from '../mock-idp/index.ts';
import { AREAS, type Area, type Level, type Requirement } from '../spec/index.ts';

/** Which checks of the suite to run. Without members: all. */
export interface Selection {
  readonly areas?: readonly string[];
  /** Ids; nothing else runs. */
  readonly only?: readonly string[];
  /** Ids; everything else runs. */
  readonly skip?: readonly string[];
  /** The least binding level that runs: SHOULD means MUST and SHOULD. */
  readonly level?: string;
}

/** A name in a selection that the suite does not know. The message gives the nearest ones. */
export class SelectionError extends Error {
  override readonly name = 'SelectionError';
}

const LEVELS: readonly Level[] = ['MUST', 'SHOULD', 'MAY'];

/** @throws SelectionError for an unknown area, id or level, or where nothing is left */
export function selectChecks<Item extends { readonly id: string }>(
  items: readonly Item[],
  requirements: ReadonlyMap<string, Requirement>,
  { areas, only, skip = [], level = 'MAY' }: Selection = {},
): readonly Item[] {
  const ids = items.map(({ id }) => id);
  for (const area of areas ?? []) known('area', area, AREAS);
  for (const id of [...(only ?? []), ...skip]) known('check', id, ids);
  const wanted = level.toUpperCase() as Level;
  known('level', wanted, LEVELS);

  const selected = items.filter(({ id }) => {
    const requirement = requirements.get(id);
    return (
      requirement !== undefined &&
      (areas?.includes(requirement.area satisfies Area) ?? true) &&
      (only?.includes(id) ?? true) &&
      !skip.includes(id) &&
      LEVELS.indexOf(requirement.level) <= LEVELS.indexOf(wanted)
    );
  });
  if (selected.length === 0) throw new SelectionError('the selection leaves no check to run');
  return selected;
}

function known(what: string, name: string, names: readonly string[]): void {
  if (names.includes(name)) return;
  const near = nearest(name, names, 3);
  const hint = near.length === 0 ? `one of ${names.slice(0, 20).join(', ')}` : near.join(', ');
  throw new SelectionError(`unknown ${what} "${name}"; did you mean ${hint}?`);
}
