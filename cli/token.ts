import type { Command } from 'commander';
import type { IssuerControl } from '../mock-idp/index.ts';
import { UsageError } from './errors.ts';
import { DEFAULT_IDP_PORT } from './idp.ts';
import { httpUrl, number, pairs } from './values.ts';

interface TokenOptions {
  readonly idp: string;
  readonly idpToken?: string;
  readonly issuer?: string;
  readonly sub?: string;
  readonly claim?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly forge?: string;
  readonly variant?: string;
  readonly leeway?: number;
  readonly list?: boolean;
}

/** `token`: one token on the standard output, and nothing else. */
export function tokenCommand(program: Command): void {
  program
    .command('token')
    .description('mint a token, or forge one that differs from a good one in exactly one thing')
    .option(
      '--idp <url>',
      'the running mock identity provider that signs',
      httpUrl,
      `http://127.0.0.1:${DEFAULT_IDP_PORT}`,
    )
    .option('--idp-token <token>', 'its control token')
    .option('--issuer <name>', 'one of its named issuers')
    .option('--sub <sub>', 'whose token it is')
    .option(
      '--claim <name=value>',
      'a further claim; null removes one, times may be like -1h; repeatable',
      pairs,
    )
    .option('--header <name=value>', 'a header parameter; null removes one; repeatable', pairs)
    .option('--forge <name>', 'forge this token instead; --list names them')
    .option('--variant <name>', 'which variant of a forgery that has several')
    .option('--leeway <seconds>', 'leeway of the backend, for forgeries at a bound', number(0, 300))
    .option('--list', 'list every forgery')
    .action(async (options: TokenOptions) => {
      console.log(options.list ? await listing() : await makeToken(options));
    });
}

async function listing(): Promise<string> {
  const { forgeries } = await import('../mock-idp/index.ts');
  return forgeries
    .map(({ name, verdict, defect }) => `${name.padEnd(32)}${verdict.padEnd(8)}${defect}`)
    .join('\n');
}

async function makeToken(options: TokenOptions): Promise<string> {
  const { header, sub, forge, leeway } = options;
  const claims = { ...options.claim, ...(sub !== undefined && { sub }) };
  const issuer = await openIssuer(options);
  if (forge === undefined) {
    if (options.variant !== undefined) throw new UsageError('--variant belongs to --forge');
    return (await issuer.mint({ claims, ...(header && { header }) })).token;
  }
  const forged = await issuer.forge(forge, {
    claims,
    ...(header && { header }),
    ...(leeway !== undefined && { leeway }),
  });
  const variants = forged.map(({ variant }) => variant);
  const chosen = forged.find(({ variant }) => variant === (options.variant ?? variants[0]));
  if (chosen === undefined) {
    throw new UsageError(
      `${forge} has no variant "${options.variant ?? ''}"; it has: ${variants.join('; ')}`,
    );
  }
  if (options.variant === undefined && variants.length > 1) {
    console.error(`gateproof: the first of ${variants.length} variants (--variant): ${variants.join('; ')}`);
  }
  return chosen.token;
}

async function openIssuer({ idp, idpToken, issuer }: TokenOptions): Promise<IssuerControl> {
  const { connectMockIdp, MockIdpError } = await import('../mock-idp/index.ts');
  try {
    const control = await connectMockIdp(idp, idpToken === undefined ? {} : { controlToken: idpToken });
    return control.issuer(issuer);
  } catch (error) {
    if (!(error instanceof MockIdpError) || error.code !== 'unreachable') throw error;
    // A token of a key that nobody serves would be of no use to anybody.
    throw new UsageError(
      `no mock identity provider answers at ${idp}; start one with "gateproof idp", or give the URL of one with --idp`,
    );
  }
}
