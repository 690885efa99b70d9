import type { LoadCommandOptions } from './load-options.ts';
import { type Configured, configuredBackend, readConfiguration } from './test-config.ts';

/** Joins the options with the configuration that `test` reads too; an option holds over it. @throws ConfigError */
export async function configureLoad(
  url: string | undefined,
  options: LoadCommandOptions,
): Promise<Configured<LoadCommandOptions>> {
  const found = await readConfiguration(options.config);
  const { settings: { leeway, replicas } = {}, load = {} } = found.config;
  const { backend, ...where } = configuredBackend(url, options, found);
  return {
    ...found,
    ...where,
    options: {
      ...backend,
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
