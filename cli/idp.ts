import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { jwksIn, MockIdp, MockIdpOptions } from '../mock-idp/index.ts';
import { UsageError } from './errors.ts';
import { untilSignal } from './signals.ts';
import { httpUrl, integer } from './values.ts';

/** Where the mock identity provider listens, and where the other commands look for it. */
export const DEFAULT_IDP_PORT = 4000;

interface IdpCommandOptions extends Pick<
  MockIdpOptions,
  'host' | 'port' | 'publicUrl' | 'issuer' | 'audience' | 'preset' | 'controlToken'
> {
  readonly jwk?: readonly string[];
  readonly config?: string;
  readonly json?: boolean;
}

/** `idp`: the mock identity provider, until it is stopped. */
export function idpCommand(program: Command): void {
  program
    .command('idp')
    .description('run the mock identity provider')
    .option('-a, --host <address>', 'address to listen on (default: 127.0.0.1)')
    .option(
      '-p, --port <port>',
      `port to listen on; 0 for any free one (default: ${DEFAULT_IDP_PORT})`,
      integer(0, 65_535),
    )
    .option('--public-url <url>', 'where clients reach it, if not where they ask for it', httpUrl)
    .option('--issuer <url>', 'iss of its tokens, verbatim (default: its URL)')
    .option('--audience <audience>', 'aud of its tokens')
    .option('--preset <provider>', 'copy the tokens and paths of a provider, such as auth0 or keycloak')
    .option(
      '--jwk <file>',
      'private JWK or JWK Set it begins with; the first key signs; can be given more than once',
      (path: string, before: readonly string[] | undefined) => [...(before ?? []), path],
    )
    .option('--control-token <token>', 'demand this token for everything under /_mock')
    .option('--config <file>', 'further options as JSON; all can be set by the environment, too')
    .option('--json', 'say where it is in one line of JSON, for a script to read')
    .action(async ({ config, json, jwk, ...flags }: IdpCommandOptions) => {
      const mockIdp = await import('../mock-idp/index.ts');
      const path = mockIdp.configurationPath(config, process.env);
      const options = mockIdp.resolveMockIdpOptions({
        flags: { ...flags, ...(jwk !== undefined && { signingKeys: await keysIn(jwk, mockIdp.jwksIn) }) },
        env: process.env,
        ...(path !== undefined && { file: { path, text: await read(path, 'configuration') } }),
        defaults: { port: DEFAULT_IDP_PORT },
      });
      const warning = mockIdp.exposureWarning(options);
      if (warning !== undefined) console.error(`gateproof: ${warning}`);
      const idp = await mockIdp.startMockIdp(options);
      try {
        console.log(json ? readyLine(idp) : welcome(idp));
        await untilSignal();
      } finally {
        await idp.close();
      }
    });
}

async function keysIn(
  paths: readonly string[],
  parse: typeof jwksIn,
): Promise<NonNullable<MockIdpOptions['signingKeys']>> {
  const sets = await Promise.all(paths.map(async (path) => parse(path, await read(path, 'key file'))));
  return sets.flat();
}

async function read(path: string, kind: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new UsageError(`the ${kind} ${path} cannot be read`, { cause });
  }
}

function readyLine(idp: MockIdp): string {
  const { issuer, jwksUrl, audience } = idp.issuer();
  const { url } = idp;
  return JSON.stringify({ event: 'ready', url, issuer, jwksUrl, audience, controlUrl: `${url}/_mock` });
}

function welcome(idp: MockIdp): string {
  const { issuer, jwksUrl, audience } = idp.issuer();
  return `The mock identity provider listens on ${idp.url}

  key set     ${jwksUrl}
  discovery   ${idp.url}/.well-known/openid-configuration
  sign-in     POST ${idp.url}/api/auth/sign-in/email
  control     ${idp.url}/_mock

Start your backend with

  BETTER_AUTH_URL=${issuer}
  BETTER_AUTH_JWKS_URL=${jwksUrl}
  JWT_AUDIENCE=${audience}
  JWKS_CACHE_TTL=2
  JWKS_COOLDOWN=1

and test it with

  gateproof test <url of your backend> --idp ${idp.url} --cache-ttl 2 --cooldown 1 --partial

The last two settings are short, so that stories about keys need not wait for an hour. Without them and their options
those stories are not testable.`;
}
