import { type Command, Option } from 'commander';
import type { Settings } from '../conformance/index.ts';
import { integer, list, number } from './values.ts';

/** Adds one option per setting of the suite; their names are those of `Settings` in kebab case. */
export function withSettings(command: Command): Command {
  return command
    .optionsGroup('Where backends differ (the defaults are those of the contract):')
    .option('--leeway <seconds>', 'clock leeway the backend declares', number(0, 300))
    .addOption(
      new Option('--cross-user-status <status>', "status for another user's resource")
        .choices(['403', '404'])
        .argParser(Number),
    )
    .addOption(
      new Option('--malformed-credentials-status <status>', 'status for credentials that break the grammar')
        .choices(['400', '401'])
        .argParser(Number),
    )
    .option('--max-response-ms <ms>', 'longest answer to any request', integer(1))
    .option('--auth-overhead-ms <ms>', 'what the check of a token may cost at the 95th percentile', number(0))
    .option('--replicas <n>', 'instances and workers that share the load', integer(1))
    .option('--rotation-visible <seconds>', 'longest time until a new key is accepted', number(0))
    .option(
      '--removal-grace <seconds>',
      'how long after the time to live of the key set a removed key may work',
      number(0),
    )
    .option('--cors-origin <origin>', 'an origin whose pages may call the API')
    .option('--public-path <path>', 'a path that is open beside those of the contract; repeatable', list);
}

export interface SettingsOptions extends Partial<Omit<Settings, 'publicPaths'>> {
  readonly publicPath?: readonly string[];
}

const NAMES: readonly (keyof Settings & keyof SettingsOptions)[] = [
  'leeway',
  'crossUserStatus',
  'malformedCredentialsStatus',
  'maxResponseMs',
  'authOverheadMs',
  'replicas',
  'rotationVisible',
  'removalGrace',
  'corsOrigin',
];

export function settingsFrom(options: SettingsOptions): Partial<Settings> {
  const given = NAMES.filter((name) => options[name] !== undefined).map(
    (name) => [name, options[name]] as const,
  );
  return { ...Object.fromEntries(given), ...(options.publicPath && { publicPaths: options.publicPath }) };
}
