import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Config } from './config.ts';
import { ConfigError } from './errors.ts';
import { faultsOf, placeOf } from './schema.ts';

/** A configuration as read. */
export interface LoadedConfig {
  /** As messages call it. */
  readonly path: string;
  /** Absolute; paths in the configuration start here, and its commands run here. */
  readonly folder: string;
  readonly config: Config;
}

/** In the order in which they are looked for. */
export const CONFIG_FILES: readonly string[] = ['ts', 'mts', 'js', 'mjs', 'json'].map(
  (extension) => `gateproof.config.${extension}`,
);

/** The configuration in a folder, where there is one. @throws ConfigError */
export async function findConfig(folder: string): Promise<LoadedConfig | undefined> {
  const name = CONFIG_FILES.find((file) => existsSync(join(folder, file)));
  return name === undefined ? undefined : loadConfig(name, folder);
}

/** @throws ConfigError for a file that cannot be read or run, and for every member that is wrong, all at once */
export async function loadConfig(path: string, from: string = process.cwd()): Promise<LoadedConfig> {
  const file = resolve(from, path);
  const config = file.endsWith('.json') ? await readJson(file, path) : await importDefault(file, path);
  const faults = [...leftToDo(config), ...faultsOf(config)];
  if (faults.length > 0) {
    throw new ConfigError(`${path} needs some changes:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
  return { path, folder: dirname(file), config: config as Config };
}

async function readJson(file: string, path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    const what = cause instanceof SyntaxError ? `is not JSON: ${cause.message}` : 'cannot be read';
    throw new ConfigError(`${path} ${what}`, { cause });
  }
}

async function importDefault(file: string, path: string): Promise<unknown> {
  if (!existsSync(file)) throw new ConfigError(`${path} cannot be read: there is no such file`);
  const isTypeScript = /\.m?ts$/.test(file);
  if (isTypeScript && !process.features.typescript) {
    throw new ConfigError(
      `${path} is TypeScript, and this Node (${process.versions.node}) runs none: allow it to strip types, or name the file gateproof.config.mjs and leave the types out`,
    );
  }
  const module = await run(file, path);
  if (module.default !== undefined) return module.default;
  throw new ConfigError(`${path} has no default export; write "export default { ... }"`);
}

async function run(file: string, path: string): Promise<{ readonly default?: unknown }> {
  try {
    return (await import(pathToFileURL(file).href)) as { default?: unknown };
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const hint =
      code === 'ERR_MODULE_NOT_FOUND' && message.includes("'gateproof'")
        ? 'gateproof is not installed there: run "npm install --save-dev gateproof", or import only its types'
        : message;
    throw new ConfigError(`${path} cannot be run: ${hint}`, { cause });
  }
}

/** Values that `gateproof init` has left to whoever knows better. */
function leftToDo(value: unknown, path: readonly PropertyKey[] = []): readonly string[] {
  if (typeof value === 'string' && value.startsWith('TODO')) {
    return [`${placeOf(path)}: is still to be filled in${value.slice('TODO'.length)}`];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [
    ...(name.startsWith('TODO')
      ? [`${placeOf(path)}: is still to be filled in${name.slice('TODO'.length)}`]
      : []),
    ...leftToDo(member, [...path, name]),
  ]);
}
