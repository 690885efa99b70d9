import { existsSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultContractPath, locateOperations, type Region } from '../../spec/index.ts';
import type { Report } from '../model.ts';
import { PACKAGED_CONTRACT } from '../version.ts';

/** Where the operations of a report stand in the file of their contract. */
export interface ContractPlaces {
  /** Relative to the root of the repository, as code scanning wants it. */
  readonly uri: string;
  /** By operation id. */
  readonly operations: ReadonlyMap<string, Region>;
}

/**
 * Finds the operations in the contract, and the contract in the repository that `cwd` is in. A contract that is not in
 * it (a URL, or that of the package) goes by its file name: a location must be relative there.
 *
 * @throws ContractError where the document cannot be read any more
 */
export async function locateContract(
  { source: name, operations }: Report['contract'],
  cwd: string = process.cwd(),
): Promise<ContractPlaces> {
  const source = name === PACKAGED_CONTRACT ? defaultContractPath() : name;
  const places = await locateOperations(source);
  const found = operations.flatMap(({ id, path }) => {
    const region = places.get(id) ?? places.get(path);
    return region ? [[id, region] as const] : [];
  });
  return { uri: uriOf(source, cwd), operations: new Map(found) };
}

function uriOf(source: string, cwd: string): string {
  const url = /^[a-z]{2,}:\/\//i.test(source) ? new URL(source) : undefined;
  if (url && url.protocol !== 'file:') return encodeURI(basename(url.pathname)) || 'openapi.yaml';
  const path = relative(repositoryOf(cwd), url ? fileURLToPath(url) : resolve(cwd, source));
  const isOutside = path.startsWith('..') || path.includes('node_modules');
  return encodeURI(isOutside ? basename(path) : path.split(sep).join('/'));
}

/** The nearest folder with `.git` (a folder, or a file in a work tree), else the one itself. */
function repositoryOf(cwd: string): string {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder;
    if (folder === dirname(folder)) return cwd;
  }
}
