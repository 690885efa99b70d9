import { resolve } from 'node:path';
import { type Config, findConfig, loadConfig } from '../conformance/index.ts';
import type { BackendOptions } from './backend-options.ts';
import type { TestOptions } from './test-options.ts';

/** A configuration; an empty one where there is none. */
export interface Configuration {
  readonly config: Config;
  /** The configuration as messages call it. */
  readonly path: string;
  /** Where its commands run. */
  readonly folder: string;
}

/** What a command is asked to do, by its options and the configuration together. */
export interface Configured<Options> extends Configuration {
  readonly url: string | undefined;
  readonly options: Options;
  /** Where the command runs that starts the backend. */
  readonly startFolder: string;
}

/** Joins the options with the configuration, where there is one; an option holds over it. @throws ConfigError */
export async function configure(
  url: string | undefined,
  options: TestOptions,
): Promise<Configured<TestOptions>> {
  const found = await readConfiguration(options.config);
  const { config, folder } = found;
  const { settings = {}, database, baseline, requirements, partial } = config;
  const { backend, ...where } = configuredBackend(url, options, found);
  const { publicPaths, ...others } = settings;
  return {
    ...found,
    ...where,
    options: {
      ...others,
      ...backend,
      ...(publicPaths && { publicPath: publicPaths }),
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

/** What the configuration says of the backend, where the command line says nothing of it. */
export function configuredBackend(
  url: string | undefined,
  options: BackendOptions,
  { config, folder }: Configuration,
): Pick<Configured<never>, 'url' | 'startFolder'> & { readonly backend: BackendOptions } {
  const { contract, start, startTimeout } = config;
  return {
    url: url ?? (options.start === undefined ? config.url : undefined),
    startFolder: options.start === undefined ? folder : process.cwd(),
    backend: {
      // A URL on the command line is another backend than the one that the configuration starts.
      ...(url === undefined && start !== undefined && { start }),
      ...(contract !== undefined && { contract: relativeTo(folder, contract) }),
      ...(startTimeout !== undefined && { startTimeout }),
    },
  };
}

function relativeTo(folder: string, pathOrUrl: string): string {
  return /^(https?|file):\/\//i.test(pathOrUrl) ? pathOrUrl : resolve(folder, pathOrUrl);
}
