import { writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { type Command, InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import type { IdpFinding, IdpReport } from '../conformance/doctor/index.ts';

interface IdpCheckOptions {
  readonly jwks?: string;
  readonly audience?: string;
  readonly token?: string;
  readonly report?: string;
}

const HELP = `
Asks for the discovery document and the key set, as an API would, and for nothing else. A token is sent nowhere, and
neither it nor a key is printed.

Examples:
  gateproof idp-check https://login.example.org/realms/demo
  gateproof idp-check https://app.example.org --jwks https://app.example.org/api/auth/jwks
  gateproof idp-check https://login.example.org --audience https://api.example.org --token - < token.txt

Exit codes: 0 fit, or warnings only; 1 not fit; 2 wrong usage; 3 no verdict: nothing could be asked.`;

/** `idp-check`: whether a real identity provider can be the issuer of an API that keeps the contract. */
export function idpCheckCommand(program: Command): void {
  program
    .command('idp-check')
    .description('whether a real identity provider is fit to be the issuer')
    .argument('<issuer>', 'the issuer, as it stands in the iss of its tokens', address)
    .option('--jwks <url>', 'its key set, where no discovery document names it', address)
    .option('--audience <audience>', 'what the aud of a token must hold')
    .option('--token <token>', 'judge this token, too; - reads it from standard input')
    .option('--report <json=path>', 'write what was found to a file, as JSON', jsonPath)
    .addHelpText('after', HELP)
    .action(async (issuer: string, { jwks, audience, token, report: path }: IdpCheckOptions) => {
      const { checkIdp } = await import('../conformance/doctor/index.ts');
      const { prepareFiles } = await import('./report-files.ts');
      if (path !== undefined) await prepareFiles([path]);
      const report = await checkIdp({
        issuer,
        fetch,
        now: Date.now(),
        ...(jwks !== undefined && { jwksUrl: jwks }),
        ...(audience !== undefined && { audience }),
        ...(token !== undefined && { token: (token === '-' ? await text(process.stdin) : token).trim() }),
      });
      if (path !== undefined) await writeFile(path, `${JSON.stringify(report, null, 2)}\n`);
      console.log(page(report));
      process.exitCode = EXIT_CODES[report.verdict];
    });
}

const EXIT_CODES = { fit: 0, unfit: 1, none: 3 } as const;

/** Kept as it is, to the last slash: issuers are compared so. */
function address(value: string): string {
  if (/^https?:/.test(value) && URL.canParse(value)) return value;
  throw new InvalidArgumentError('It must be an http or https URL, such as https://login.example.org.');
}

function jsonPath(value: string): string {
  const path = /^json=(.+)$/s.exec(value)?.[1];
  if (path !== undefined) return path;
  throw new InvalidArgumentError('It must be json=<path>.');
}

const MARKS = { error: pc.red('✗'), warning: pc.yellow('!'), unknown: pc.dim('?'), ok: pc.green('✓') };
const ORDER = ['error', 'warning', 'unknown', 'ok'] as const;
const VERDICTS = {
  fit: pc.green('FIT  an API that keeps the contract can take its tokens'),
  unfit: pc.red('NOT FIT  an API that keeps the contract refuses its tokens, or must not trust them'),
  none: pc.yellow('NO VERDICT  its keys could not be asked for'),
};

function page({ issuer, verdict, findings }: IdpReport): string {
  const lines = ORDER.flatMap((wanted) => findings.filter(({ severity }) => severity === wanted)).flatMap(
    linesOf,
  );
  return [pc.bold(`gateproof idp-check   ${issuer}`), '', ...lines, '', VERDICTS[verdict]].join('\n');
}

function linesOf({ id, severity, where, what, why, remedy }: IdpFinding): readonly string[] {
  const first = `${MARKS[severity]} ${where.padEnd(9)}  ${what}`;
  if (remedy === undefined) return [first];
  return [first, `             ${remedy}`, `             ${pc.dim(`${id}; ${why}`)}`];
}
