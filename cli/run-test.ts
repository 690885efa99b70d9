import { type Backend, commandLauncher, DEFAULT_USERS, type Principal } from '../conformance/index.ts';
import { connectMockIdp, type MockIdpControl, startMockIdp } from '../mock-idp/index.ts';
import { defaultContractPath, loadContract } from '../spec/index.ts';
import { UsageError } from './errors.ts';
import { gateFrom } from './gate.ts';
import type { GateOptions } from './gate-options.ts';
import { DEFAULT_IDP_PORT } from './idp.ts';
import type { ReportFile } from './report-option.ts';
import { runAndReport } from './run-suite.ts';
import { type SelectionOptions, selectionFrom } from './selection-options.ts';
import { type SettingsOptions, settingsFrom } from './suite-settings.ts';

/** The options of `test`, as parsed. */
export interface TestOptions extends SelectionOptions, SettingsOptions, GateOptions {
  readonly start?: string;
  readonly startTimeout?: number;
  readonly idp?: string;
  readonly idpPort?: number;
  readonly idpToken?: string;
  readonly contract?: string;
  readonly user?: string;
  readonly otherUser?: string;
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

/** @throws UsageError where the options contradict each other or name no backend */
export async function runTest(url: string | undefined, options: TestOptions): Promise<void> {
  if (url === undefined && options.start === undefined) throw new UsageError(NEEDED);
  if (options.idp !== undefined && options.idpPort !== undefined) {
    throw new UsageError(
      '--idp uses a mock identity provider that runs, --idp-port starts one; give one of the two',
    );
  }
  const backend = backendFrom(url, options);
  const { write, ...gate } = await gateFrom(options);
  const contract = await loadContract(options.contract ?? defaultContractPath());
  const idp = await openIdp(options);
  try {
    await runAndReport(
      {
        ...{ contract, idp, backend, ...gate },
        select: selectionFrom(options),
        settings: settingsFrom(options),
        users: {
          owner: principal(DEFAULT_USERS.owner, options.user),
          other: principal(DEFAULT_USERS.other, options.otherUser),
        },
        ...(options.startTimeout !== undefined && { startTimeoutMs: options.startTimeout * 1000 }),
      },
      options.report,
      write,
    );
  } finally {
    await idp[Symbol.asyncDispose]();
  }
}

function principal(user: Principal, sub: string = user.sub): Principal {
  return { ...user, sub };
}

/** The backend that the options name. @throws UsageError where they name none */
export function backendFrom(
  url: string | undefined,
  { start, cacheTtl, cooldown }: Pick<TestOptions, 'start' | 'cacheTtl' | 'cooldown'>,
): Backend {
  if (start !== undefined) {
    const { port = '', pathname = '/' } = url === undefined ? {} : new URL(url);
    const basePath = pathname.replace(/\/$/, '');
    return { launcher: commandLauncher(start, { basePath, ...(port !== '' && { port: Number(port) }) }) };
  }
  if (url === undefined) throw new UsageError(NEEDED);
  return { url, ...(cacheTtl !== undefined && { cacheTtl }), ...(cooldown !== undefined && { cooldown }) };
}

/** The mock identity provider that the options name, or one of our own. */
export async function openIdp(
  options: Pick<TestOptions, 'idp' | 'idpPort' | 'idpToken' | 'start'>,
): Promise<MockIdpControl & AsyncDisposable> {
  const { idp, idpPort, idpToken, start } = options;
  const controlToken = idpToken === undefined ? {} : { controlToken: idpToken };
  if (idp !== undefined) {
    const control = await connectMockIdp(idp, controlToken);
    return { ...control, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  // A backend that runs already was told an address before; one that is started can be told any.
  return startMockIdp({ port: idpPort ?? (start === undefined ? DEFAULT_IDP_PORT : 0), ...controlToken });
}
