import { environmentOptions } from './configuration-environment.ts';
import { documentOptions } from './configuration-document.ts';
import { type MockIdpOptions, mockIdpOptions } from './options.ts';
import { validate } from './validate.ts';

/** Where the options of a server come from. What is said in one place holds over what is said further down. */
export interface MockIdpConfiguration {
  /** Given by hand, as on a command line. Members that are `undefined` count as left out. */
  readonly flags?: Readonly<{ [Name in keyof MockIdpOptions]?: MockIdpOptions[Name] | undefined }>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A JSON document; else that of `JSON_CONFIG`. */
  readonly file?: { readonly path: string; readonly text: string };
  readonly defaults?: MockIdpOptions;
}

/**
 * The options to start a server with: flag over environment over file over default.
 * @throws MockIdpError `invalid_request` that names what is wrong, where, and the nearest known name
 */
export function resolveMockIdpOptions(configuration: MockIdpConfiguration): MockIdpOptions {
  const { flags = {}, env = {}, file, defaults = {} } = configuration;
  const inline = env['JSON_CONFIG'];
  const document = file ?? (inline === undefined ? undefined : { path: 'JSON_CONFIG', text: inline });
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  const options = {
    ...defaults,
    ...(document && documentOptions(document.path, document.text)),
    ...environmentOptions(env),
    ...Object.fromEntries(given),
  };
  return validate(mockIdpOptions, options, 'Cannot configure the mock identity provider');
}

/** The configuration file to read, if any: the one named by hand, else `JSON_CONFIG_PATH` unless `JSON_CONFIG` holds it all. */
export function configurationPath(
  byHand: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  return byHand ?? (env['JSON_CONFIG'] === undefined ? env['JSON_CONFIG_PATH'] : undefined);
}

/** What whoever starts the server should know, if anything. */
export function exposureWarning({ host = '127.0.0.1', controlToken }: MockIdpOptions): string | undefined {
  if (/^(?:127(?:\.\d{1,3}){3}|localhost|::1)$/u.test(host)) return undefined;
  const who = `Whoever reaches ${host} can sign in as anybody`;
  return controlToken === undefined
    ? `${who}, mint any token and change the keys: set a control token, or listen on 127.0.0.1`
    : `${who}: this server is for tests only`;
}
