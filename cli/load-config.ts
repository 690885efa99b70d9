import type { LoadCommandOptions } from './load-options.ts';
import { type Configuration, readConfiguration, relativeTo } from './test-config.ts';

/** What `load` is asked to do, by options and configuration together. */
export interface ConfiguredLoad extends Configuration {
  readonly url: string | undefined;
  readonly options: LoadCommandOptions;
  /** Where the command runs that starts the backend. */
  readonly startFolder: string;
}

/** Joins the options with the configuration that `test` reads too; an option holds over it. @throws ConfigError */
export async function configureLoad(
  url: string | undefined,
  options: LoadCommandOptions,
): Promise<ConfiguredLoad> {
  const found = await readConfiguration(options.config);
  const { config, folder } = found;
  const { contract, start, startTimeout, settings = {}, load = {} } = config;
  const { leeway, replicas } = settings;
  return {
    ...found,
    startFolder: options.start === undefined ? folder : process.cwd(),
    url: url ?? (options.start === undefined ? config.url : undefined),
    options: {
      // A URL on the command line is another backend than the one that the configuration starts.
      ...(url === undefined && start !== undefined && { start }),
      ...(contract !== undefined && { contract: relativeTo(folder, contract) }),
      ...(startTimeout !== undefined && { startTimeout }),
      ...(leeway !== undefined && { leeway }),
      ...(replicas !== undefined && { replicas }),
      ...(load.scenarios !== undefined && { scenario: load.scenarios }),
      ...(load.rate !== undefined && { rate: load.rate }),
      ...(load.duration !== undefined && { duration: load.duration }),
      ...options,
      threshold: { ...load.thresholds, ...options.threshold },
    },
  };
}
