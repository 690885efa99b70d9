import { resolve } from 'node:path';
import { type Config, findConfig, loadConfig } from '../conformance/index.ts';
import type { TestOptions } from './test-options.ts';

/** What `test` is asked to do, by options and configuration together. */
export interface ConfiguredTest {
  readonly url: string | undefined;
  readonly options: TestOptions;
  readonly config: Config;
  /** The configuration as messages call it. */
  readonly path: string;
  /** Where its commands run. */
  readonly folder: string;
  /** Where the command runs that starts the backend. */
  readonly startFolder: string;
}

/** Joins the options with the configuration, where there is one; an option holds over it. @throws ConfigError */
export async function configure(url: string | undefined, options: TestOptions): Promise<ConfiguredTest> {
  const found =
    options.config === undefined ? await findConfig(process.cwd()) : await loadConfig(options.config);
  const here = process.cwd();
  if (found === undefined) return { url, options, config: {}, path: '', folder: here, startFolder: here };
  const { config, path, folder } = found;
  const { contract, start, startTimeout, settings = {}, database, baseline, requirements, partial } = config;
  // A URL on the command line is another backend than the one that the configuration starts.
  const backend = url === undefined && start !== undefined ? { start } : {};
  const { publicPaths, ...others } = settings;
  return {
    ...{ config, path, folder },
    startFolder: options.start === undefined ? folder : here,
    url: url ?? (options.start === undefined ? config.url : undefined),
    options: {
      ...others,
      ...backend,
      ...(publicPaths && { publicPath: publicPaths }),
      ...(contract !== undefined && { contract: from(folder, contract) }),
      ...(startTimeout !== undefined && { startTimeout }),
      ...(database !== undefined && { database }),
      ...(baseline !== undefined && { baseline: from(folder, baseline) }),
      ...(requirements !== undefined && { requirements }),
      ...(partial !== undefined && { partial }),
      ...options,
      skip: [...Object.keys(config.skip ?? {}), ...(options.skip ?? [])],
    },
  };
}

function from(folder: string, pathOrUrl: string): string {
  return /^(https?|file):\/\//i.test(pathOrUrl) ? pathOrUrl : resolve(folder, pathOrUrl);
}
