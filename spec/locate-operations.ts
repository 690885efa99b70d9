import { isMap, isScalar, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import { readText } from './read-document.ts';

/** Where something stands in a text: lines and columns from 1, the end behind the last character. */
export interface Region {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

const METHOD = /^(?:get|head|post|put|patch|delete|options|trace)$/;

/**
 * Where each operation of an OpenAPI document begins, by its id: at its method, or where its path stands if the rest is
 * in another file. In YAML or JSON.
 *
 * @param pathOrUrl as for `loadContract`
 * @throws ContractError `unreadable`
 */
export async function locateOperations(pathOrUrl: string): Promise<ReadonlyMap<string, Region>> {
  const text = await readText(pathOrUrl);
  const lines = new LineCounter();
  const { contents } = parseDocument(text, { lineCounter: lines, merge: true, logLevel: 'silent' });
  const places = new Map<string, Region>();
  for (const [path, item, key] of entries(member(contents, 'paths'))) {
    for (const [name, operation, methodKey] of entries(item)) {
      if (!METHOD.test(name)) continue;
      const id = member(operation, 'operationId');
      const region = regionOf(methodKey, lines) ?? regionOf(key, lines);
      const label = isScalar(id) ? String(id.value) : `${name.toUpperCase()} ${path}`;
      if (region) places.set(label, region);
    }
    const region = member(item, '$ref') === undefined ? undefined : regionOf(key, lines);
    if (region) places.set(path, region);
  }
  return places;
}

function entries(node: unknown): readonly (readonly [string, unknown, unknown])[] {
  if (!isMap(node)) return [];
  return (node.items as readonly Pair[]).map(({ key, value }) => [
    String(isScalar(key) ? key.value : key),
    value,
    key,
  ]);
}

function member(node: unknown, name: string): unknown {
  return entries(node).find(([key]) => key === name)?.[1];
}

function regionOf(node: unknown, lines: LineCounter): Region | undefined {
  const [start, end] = (node as Node | null)?.range ?? [];
  if (start === undefined || end === undefined) return undefined;
  const from = lines.linePos(start);
  const to = lines.linePos(end);
  return { startLine: from.line, startColumn: from.col, endLine: to.line, endColumn: to.col };
}
