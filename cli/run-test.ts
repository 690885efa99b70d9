import {
  type Backend,
  commandLauncher,
  completeContract,
  type Database,
  type Principal,
  runSetup,
  runTeardown,
  type SetupContext,
  statusesOf,
  underOtherNames,
  usersOf,
  watchPostgres,
  withValues,
} from '../conformance/index.ts';
import { connectMockIdp, type MockIdpControl, startMockIdp } from '../mock-idp/index.ts';
import { defaultContractPath, loadContract } from '../spec/index.ts';
import { UsageError } from './errors.ts';
import { gateFrom } from './gate.ts';
import { DEFAULT_IDP_PORT } from './idp.ts';
import { runAndReport } from './run-suite.ts';
import { selectionFrom } from './selection-options.ts';
import { settingsFrom } from './suite-settings.ts';
import { configure } from './test-config.ts';
import type { TestOptions } from './test-options.ts';

/** What to say where no backend was named. */
export function needed(command: 'test' | 'load'): string {
  const does = command === 'test' ? 'tests' : 'puts load on';
  return `tell me which backend to ${command === 'test' ? 'test' : 'put load on'}:

  gateproof ${command} --start "<command>"          starts your backend and stops it again
  gateproof ${command} <url> --idp <url>            ${does} one that runs and trusts a running mock identity provider
  gateproof init openapi.yaml                 writes a configuration, so that "gateproof ${command}" alone will do

A backend that is started gets BETTER_AUTH_URL, BETTER_AUTH_JWKS_URL, JWT_AUDIENCE, JWKS_CACHE_TTL, JWKS_COOLDOWN,
JWT_LEEWAY, HOST and PORT in its environment. One that runs already must have been started with the issuer of the mock
identity provider (gateproof idp)${command === 'test' ? ', and some stories cannot be told of it' : ''}.`;
}

/** @throws UsageError where the options contradict each other or name no backend */
export async function runTest(givenUrl: string | undefined, given: TestOptions): Promise<void> {
  const { url, options, config, path, folder, startFolder } = await configure(givenUrl, given);
  if (url === undefined && options.start === undefined) throw new UsageError(needed('test'));
  const { write, ...gate } = await gateFrom(options);
  const document = await loadContract(options.contract ?? defaultContractPath());
  const contract = completeContract(document, config, path);
  const configured = usersOf(contract, config);
  const users = {
    owner: principal(configured.owner, options.user),
    other: principal(configured.other, options.otherUser),
  };
  sayWhatIsLeftOut(config.skip);
  const idp = await openIdp(options);
  let database: Database | undefined;
  try {
    const { env, parameters } = await runSetup(config, folder, setupContext(idp, users));
    // Only now, since it may be the setup that makes it.
    if (options.database !== undefined) database = await watchPostgres(options.database);
    await runAndReport(
      {
        ...{ idp, users, ...gate },
        ...(database && { database }),
        contract: withValues(contract, parameters),
        backend: backendFrom(url, { ...options, folder: startFolder, env: { ...config.env, ...env } }),
        select: selectionFrom(options),
        settings: { ...statusesOf(contract), ...settingsFrom(options) },
        ...(options.startTimeout !== undefined && { startTimeoutMs: options.startTimeout * 1000 }),
      },
      options.report,
      write,
    );
  } finally {
    await database?.[Symbol.asyncDispose]();
    try {
      await runTeardown(config, folder);
    } finally {
      await idp[Symbol.asyncDispose]();
    }
  }
}

export function setupContext(idp: MockIdpControl, users: SetupContext['users']): SetupContext {
  const issuer = idp.issuer();
  return {
    users,
    issuer: issuer.issuer,
    token: async ({ sub, claims }) => (await issuer.mint({ claims: { ...claims, sub } })).token,
  };
}

function sayWhatIsLeftOut(skip: Readonly<Record<string, string>> = {}): void {
  for (const [id, reason] of Object.entries(skip)) console.error(`gateproof: ${id} is left out: ${reason}`);
}

function principal(user: Principal, sub: string = user.sub): Principal {
  return { ...user, sub };
}

interface NamedBackend extends Pick<TestOptions, 'start' | 'cacheTtl' | 'cooldown'> {
  /** Where the command runs. */
  readonly folder?: string;
  /** Further environment of the backend, as in a configuration. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The backend that the options name. @throws UsageError where they name none */
export function backendFrom(
  url: string | undefined,
  { start, cacheTtl, cooldown, folder, env = {} }: NamedBackend,
): Backend {
  if (start !== undefined) {
    const { port = '', pathname = '/' } = url === undefined ? {} : new URL(url);
    const basePath = pathname.replace(/\/$/, '');
    const launcher = commandLauncher(start, {
      basePath,
      ...(port !== '' && { port: Number(port) }),
      ...(folder !== undefined && { folder }),
    });
    return { launcher: underOtherNames(launcher, env) };
  }
  if (url === undefined) throw new UsageError(needed('test'));
  return { url, ...(cacheTtl !== undefined && { cacheTtl }), ...(cooldown !== undefined && { cooldown }) };
}

/** The mock identity provider that the options name, or one of our own. @throws UsageError where they name both */
export async function openIdp(
  options: Pick<TestOptions, 'idp' | 'idpPort' | 'idpToken' | 'start'>,
): Promise<MockIdpControl & AsyncDisposable> {
  const { idp, idpPort, idpToken, start } = options;
  if (idp !== undefined && idpPort !== undefined) {
    throw new UsageError(
      '--idp uses a mock identity provider that runs, --idp-port starts one; give one of the two',
    );
  }
  const controlToken = idpToken === undefined ? {} : { controlToken: idpToken };
  if (idp !== undefined) {
    const control = await connectMockIdp(idp, controlToken);
    return { ...control, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  // A backend that runs already was told an address before; one that is started can be told any.
  return startMockIdp({ port: idpPort ?? (start === undefined ? DEFAULT_IDP_PORT : 0), ...controlToken });
}
