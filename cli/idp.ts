import type { Command } from 'commander';
import type { MockIdp } from '../mock-idp/index.ts';
import { untilSignal } from './signals.ts';
import { httpUrl, integer } from './values.ts';

/** Where the mock identity provider listens, and where the other commands look for it. */
export const DEFAULT_IDP_PORT = 4000;

interface IdpCommandOptions {
  readonly host: string;
  readonly port: number;
  readonly publicUrl?: string;
  readonly issuer?: string;
  readonly audience?: string;
  readonly controlToken?: string;
}

/** `idp`: the mock identity provider, until it is stopped. */
export function idpCommand(program: Command): void {
  program
    .command('idp')
    .description('run the mock identity provider')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on; 0 for any free one', integer(0, 65_535), DEFAULT_IDP_PORT)
    .option('--public-url <url>', 'where clients reach it, if elsewhere', httpUrl)
    .option('--issuer <url>', 'iss of its tokens, verbatim (default: its URL)')
    .option('--audience <audience>', 'aud of its tokens')
    .option('--control-token <token>', 'demand this token for everything under /_mock')
    .action(async (options: IdpCommandOptions) => {
      const { startMockIdp } = await import('../mock-idp/index.ts');
      const idp = await startMockIdp(options);
      try {
        console.log(welcome(idp));
        await untilSignal();
      } finally {
        await idp.close();
      }
    });
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

and test it with

  gateproof test <url of your backend> --idp ${idp.url}`;
}
