import {
  completeContract,
  runSetup,
  runTeardown,
  usersOf,
  version,
  withValues,
} from '../conformance/index.ts';
import {
  consoleScenario,
  consoleVerdict,
  DEFAULT_SCENARIOS,
  exitCode,
  findK6,
  type Limits,
  LoadError,
  type LoadReport,
  mergeLoad,
  runLoad,
  SCENARIO_NAMES,
  type ScenarioName,
  THRESHOLD_NAMES,
} from '../load/index.ts';
import { connectMockIdp, type MockIdpControl, nearest } from '../mock-idp/index.ts';
import { defaultContractPath, loadContract } from '../spec/index.ts';
import { UsageError } from './errors.ts';
import { configureLoad } from './load-config.ts';
import { compareLoads, prepareLoadReports, writeLoadReports } from './load-report-files.ts';
import type { LoadCommandOptions } from './load-options.ts';
import { backendFrom, needed, openIdp, setupContext } from './run-test.ts';
import { abortOnSignal } from './signals.ts';
import type { Configured } from './test-config.ts';

/** More than this is hardly meant, and takes down what it is pointed at by mistake. */
const MOST_PER_SECOND = 2_000;
const LONGEST_SECONDS = 900;

/** @throws UsageError where the options contradict each other, name no backend, or go beyond what is allowed without consent */
export async function runLoadCommand(givenUrl: string | undefined, given: LoadCommandOptions): Promise<void> {
  if (given.compare !== undefined) {
    await compareLoads(given.compare);
    return;
  }
  const configured = await configureLoad(givenUrl, given);
  const { options } = configured;
  const scenarios = (options.scenario ?? DEFAULT_SCENARIOS).map(scenarioNamed);
  const limits = limitsFrom(options.threshold ?? {});
  await prepareLoadReports(options.report ?? []);
  try {
    const report =
      options.merge === undefined
        ? await runAll(configured, scenarios, limits)
        : await mergeAll(options.merge, options, scenarios, limits);
    await writeLoadReports(report, options.report ?? []);
    process.stdout.write(consoleVerdict(report));
    process.exitCode = exitCode(report.verdict);
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    if (error.code !== 'harness') throw new UsageError(error.message, { cause: error });
    console.error(`gateproof: NO VERDICT  ${error.message}`);
    process.exitCode = exitCode('invalid');
  }
}

async function runAll(
  configured: Configured<LoadCommandOptions>,
  scenarios: readonly ScenarioName[],
  limits: Limits,
): Promise<LoadReport> {
  const { url, options, config, path, folder, startFolder } = configured;
  if (url === undefined && options.start === undefined) throw new UsageError(needed('load'));
  refuseExcess(url, options);
  const k6 = await findK6(process.env);
  const document = await loadContract(options.contract ?? defaultContractPath());
  const contract = completeContract(document, config, path);
  const users = usersOf(contract, config);
  const { sub, claims } = { ...users.owner, ...(options.user !== undefined && { sub: options.user }) };
  const signal = abortOnSignal();
  const [idp, ...idpReplicas] = await openIdps(options);
  try {
    const { env, parameters } = await runSetup(config, folder, setupContext(idp, users));
    return await runLoad({
      ...{ version, idp, idpReplicas, k6, scenarios, limits, signal, sub, claims },
      contract: withValues(contract, parameters),
      backend: backendFrom(url, { ...options, folder: startFolder, env: { ...config.env, ...env } }),
      ...defined({
        rate: options.rate,
        seconds: options.duration,
        ...{ tokens: options.tokens, instances: options.instances, leeway: options.leeway },
        ...{ cacheTtl: options.cacheTtl, cooldown: options.cooldown, replicas: options.replicas },
        startTimeoutMs: options.startTimeout === undefined ? undefined : options.startTimeout * 1000,
      }),
      paths: defined({ target: options.path, open: options.openPath }),
      onScenario: (name) => {
        console.error(`gateproof: ${name} …`);
      },
      onText: (line) => {
        console.error(line);
      },
      onResult: (result) => {
        console.log(consoleScenario(result));
      },
    });
  } finally {
    try {
      await runTeardown(config, folder);
    } finally {
      await idp[Symbol.asyncDispose]();
    }
  }
}

/** The mock identity provider, and the others that serve its keys. */
async function openIdps({
  idp: [url, ...others] = [],
  ...options
}: LoadCommandOptions): Promise<readonly [MockIdpControl & AsyncDisposable, ...MockIdpControl[]]> {
  const first = await openIdp({ ...options, ...(url !== undefined && { idp: url }) });
  return [first, ...(await connectAll(others, options))];
}

function connectAll(
  urls: readonly string[],
  { idpToken }: Pick<LoadCommandOptions, 'idpToken'>,
): Promise<readonly MockIdpControl[]> {
  const credentials = idpToken === undefined ? {} : { controlToken: idpToken };
  return Promise.all(urls.map((url) => connectMockIdp(url, credentials)));
}

async function mergeAll(
  files: readonly string[],
  { idp, idpToken, rate, duration, cacheTtl, cooldown, replicas }: LoadCommandOptions,
  [scenario, ...more]: readonly ScenarioName[],
  limits: Limits,
): Promise<LoadReport> {
  if (scenario === undefined || more.length > 0) {
    throw new UsageError('--merge needs the one --scenario that was run');
  }
  const idps = idp && (await connectAll(idp, defined({ idpToken })));
  const report = await mergeLoad({
    ...{ files, scenario, version, limits },
    ...defined({ rate, seconds: duration, cacheTtl, cooldown, replicas, idps }),
  });
  for (const result of report.scenarios) console.log(consoleScenario(result));
  return report;
}

function refuseExcess(url: string | undefined, options: LoadCommandOptions): void {
  const { start, rate = 0, duration = 0 } = options;
  if (start === undefined && url !== undefined && !isLoopback(url) && options.allowRemote !== true) {
    throw new UsageError(
      `${url} is another machine. Put load only on what is yours, and say so with --allow-remote.`,
    );
  }
  if (options.unbounded !== true && (rate > MOST_PER_SECOND || duration > LONGEST_SECONDS)) {
    throw new UsageError(
      `more than ${MOST_PER_SECOND} per second or ${LONGEST_SECONDS} s need --unbounded, which says that it is meant.`,
    );
  }
}

function isLoopback(url: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/i.test(new URL(url).hostname);
}

function scenarioNamed(name: string): ScenarioName {
  return known('scenario', name, SCENARIO_NAMES);
}

function limitsFrom(pairs: Readonly<Record<string, unknown>>): Limits {
  return Object.fromEntries(
    Object.entries(pairs).map(([name, limit]) => {
      if (limit !== 'off' && typeof limit !== 'number') {
        throw new UsageError(`the threshold ${name} must be a number, or off`);
      }
      return [known('threshold', name, THRESHOLD_NAMES), limit];
    }),
  );
}

function known<Name extends string>(what: string, name: string, names: readonly Name[]): Name {
  const found = names.find((each) => each === name);
  if (found !== undefined) return found;
  const [close] = nearest(name, names);
  const hint = close === undefined ? '.' : `, did you mean ${close}?`;
  throw new UsageError(`there is no ${what} ${name}${hint} There are: ${names.join(', ')}`);
}

type Defined<Values> = { [Name in keyof Values]?: Exclude<Values[Name], undefined> };

/** Without the members that were not given. */
function defined<Values extends object>(values: Values): Defined<Values> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Defined<Values>;
}
