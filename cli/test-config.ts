import { resolve } from 'node:path';
import { type Config, findConfig, loadConfig } from '../conformance/index.ts';
import type { TestOptions } from './test-options.ts';

/** A configuration; an empty one where there is none. */
export interface Configuration {
  readonly config: Config;
  /** The configuration as messages call it. */
  readonly path: string;
  /** Where its commands run. */
  readonly folder: string;
}

/** What `test` is asked to do, by options and configuration together. */
export interface ConfiguredTest extends Configuration {
  readonly url: string | undefined;
  readonly options: TestOptions;
  /** Where the command runs that starts the backend. */
  readonly startFolder: string;
}

/** Joins the options with the configuration, where there is one; an option holds over it. @throws ConfigError */
export async function configure(url: string | undefined, options: TestOptions): Promise<ConfiguredTest> {
  const { config, path, folder } = await readConfiguration(options.config);
  const { contract, start, startTimeout, settings = {}, database, baseline, requirements, partial } = config;
  // A URL on the command line is another backend than the one that the configuration starts.
  const backend = url === undefined && start !== undefined ? { start } : {};
  const { publicPaths, ...others } = settings;
  return {
    ...{ config, path, folder },
    startFolder: options.start === undefined ? folder : process.cwd(),
    url: url ?? (options.start === undefined ? config.url : undefined),
    options: {
      ...others,
      ...backend,
      ...(publicPaths && { publicPath: publicPaths }),
      ...(contract !== undefined && { contract: relativeTo(folder, contract) }),
      ...(startTimeout !== undefined && { startTimeout }),
      ...(database !== undefined && { database }),
      ...(baseline !== undefined && { baseline: relativeTo(folder, baseline) }),
      ...(requirements !== undefined && { requirements }),
      ...(partial !== undefined && { partial }),
      ...options,
      skip: [...Object.keys(config.skip ?? {}), ...(options.skip ?? [])],
    },
  };
}

/** The configuration in this file, or the one that is found here. @throws ConfigError */
export async function readConfiguration(file: string | undefined): Promise<Configuration> {
  const found = file === undefined ? await findConfig(process.cwd()) : await loadConfig(file);
  return found ?? { config: {}, path: '', folder: process.cwd() };
}

export function relativeTo(folder: string, pathOrUrl: string): string {
  return /^(https?|file):\/\//i.test(pathOrUrl) ? pathOrUrl : resolve(folder, pathOrUrl);
}
