import type { Command } from 'commander';
import { type Backend, commandLauncher, DEFAULT_USERS } from '../conformance/index.ts';
import { connectMockIdp, type MockIdpControl, startMockIdp } from '../mock-idp/index.ts';
import { defaultContractPath, loadContract } from '../spec/index.ts';
import { UsageError } from './errors.ts';
import { DEFAULT_IDP_PORT } from './idp.ts';
import { reportFile, type ReportFile } from './report-files.ts';
import { runAndReport } from './run-suite.ts';
import { type SelectionOptions, selectionFrom, withSelection } from './selection-options.ts';
import { type SettingsOptions, settingsFrom, withSettings } from './suite-settings.ts';
import { httpUrl, integer, number } from './values.ts';

interface TestOptions extends SelectionOptions, SettingsOptions {
  readonly start?: string;
  readonly startTimeout?: number;
  readonly idp?: string;
  readonly idpPort?: number;
  readonly idpToken?: string;
  readonly contract: string;
  readonly user: string;
  readonly otherUser: string;
  readonly cacheTtl?: number;
  readonly cooldown?: number;
  readonly report?: readonly ReportFile[];
}

const NEEDED = `tell me which backend to test:

  gateproof test --start "<command>"          starts your backend and stops it again
  gateproof test <url> --idp <url>            tests one that runs and trusts a running mock identity provider

A backend started by the suite gets BETTER_AUTH_URL, BETTER_AUTH_JWKS_URL, JWT_AUDIENCE, JWKS_CACHE_TTL, JWKS_COOLDOWN,
JWT_LEEWAY, HOST and PORT in its environment, and all stories can be told. One that runs already must have been
started with the issuer of the mock identity provider (gateproof idp), and some stories cannot be told.`;

const EXAMPLES = `
Examples:
  gateproof test --start "npm start"
  gateproof test --start "uvicorn main:app --port $PORT" --contract openapi.yaml --report junit=report.xml
  gateproof test http://127.0.0.1:8000 --idp http://127.0.0.1:4000 --area claims --area jwks

Exit codes: 0 all MUSTs hold; 1 the backend falls short; 2 wrong usage; 3 the run is no verdict.`;

/** `test`: the suite against a backend in any language. */
export function testCommand(program: Command): void {
  const command = program
    .command('test')
    .description('run the suite against a backend')
    .argument('[url]', 'base URL of the backend; with --start: its port and path prefix', httpUrl)
    .option(
      '--start <command>',
      'start the backend with this shell command, with HOST and PORT in its environment',
    )
    .option('--start-timeout <seconds>', 'how long it may take to become ready (default: 30)', number(0.1))
    .option('--idp <url>', 'use a mock identity provider that runs already', httpUrl)
    .option('--idp-port <port>', 'port of the mock identity provider to start', integer(0, 65_535))
    .option('--idp-token <token>', 'control token of the mock identity provider')
    .option('--contract <path or url>', 'OpenAPI document of the API', defaultContractPath())
    .option('--user <sub>', 'sub of the user who owns the resources', DEFAULT_USERS.owner.sub)
    .option('--other-user <sub>', 'sub of another user', DEFAULT_USERS.other.sub)
    .option('--cache-ttl <seconds>', 'JWKS_CACHE_TTL of a backend that runs already', number(0))
    .option('--cooldown <seconds>', 'JWKS_COOLDOWN of a backend that runs already', number(0))
    .option('--report <format>=<path>', 'also write a report: json or junit; repeatable', reportFile);
  withSettings(withSelection(command))
    .addHelpText('after', EXAMPLES)
    .action((url: string | undefined, options: TestOptions) => runTest(url, options));
}

async function runTest(url: string | undefined, options: TestOptions): Promise<void> {
  if (url === undefined && options.start === undefined) throw new UsageError(NEEDED);
  if (options.idp !== undefined && options.idpPort !== undefined) {
    throw new UsageError(
      '--idp uses a mock identity provider that runs, --idp-port starts one; give one of the two',
    );
  }
  const backend = backendFrom(url, options);
  const contract = await loadContract(options.contract);
  const idp = await openIdp(options);
  try {
    await runAndReport(
      {
        ...{ contract, idp, backend },
        select: selectionFrom(options),
        settings: settingsFrom(options),
        users: {
          owner: { ...DEFAULT_USERS.owner, sub: options.user },
          other: { ...DEFAULT_USERS.other, sub: options.otherUser },
        },
        ...(options.startTimeout !== undefined && { startTimeoutMs: options.startTimeout * 1000 }),
      },
      options.report,
    );
  } finally {
    await idp[Symbol.asyncDispose]();
  }
}

function backendFrom(url: string | undefined, { start, cacheTtl, cooldown }: TestOptions): Backend {
  if (start !== undefined) {
    const { port = '', pathname = '/' } = url === undefined ? {} : new URL(url);
    const basePath = pathname.replace(/\/$/, '');
    return { launcher: commandLauncher(start, { basePath, ...(port !== '' && { port: Number(port) }) }) };
  }
  if (url === undefined) throw new UsageError(NEEDED);
  return { url, ...(cacheTtl !== undefined && { cacheTtl }), ...(cooldown !== undefined && { cooldown }) };
}

async function openIdp(options: TestOptions): Promise<MockIdpControl & AsyncDisposable> {
  const { idp, idpPort, idpToken, start } = options;
  const controlToken = idpToken === undefined ? {} : { controlToken: idpToken };
  if (idp !== undefined) {
    const control = await connectMockIdp(idp, controlToken);
    return { ...control, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  // A backend that runs already was told an address before; one that is started can be told any.
  return startMockIdp({ port: idpPort ?? (start === undefined ? DEFAULT_IDP_PORT : 0), ...controlToken });
}
