export { allChecks } from './checks/index.ts';
export { applyBaseline, BaselineError, baselineText, loadBaseline, parseBaseline } from './baseline.ts';
export type { AcceptedFailure, Baseline } from './baseline.ts';
export {
  completeContract,
  CONFIG_FILES,
  ConfigError,
  defineConfig,
  draftConfig,
  findConfig,
  loadConfig,
  runSetup,
  runTeardown,
  statusesOf,
  underOtherNames,
  usersOf,
  withValues,
} from './config/index.ts';
export type {
  Config,
  LoadedConfig,
  OperationConfig,
  SetupContext,
  SetupResult,
  UserConfig,
} from './config/index.ts';
export { DatabaseError, watchPostgres } from './database/index.ts';
export type { Activity, Database } from './database/index.ts';
export { fail, NotTestable, pass } from './finding.ts';
export { commandLauncher } from './launch.ts';
export type { CommandOptions, Environment, LaunchedBackend, Launcher } from './launch.ts';
export type * from './model.ts';
export {
  consoleReport,
  htmlReport,
  jsonReport,
  junitReport,
  locateContract,
  markdownReport,
  sarifReport,
} from './reports/index.ts';
export type { ConsoleOptions, ContractPlaces, MarkdownOptions } from './reports/index.ts';
export { runSuite } from './run.ts';
export type { Progress, SuiteOptions } from './run.ts';
export { SelectionError } from './selection.ts';
export type { Selection } from './selection.ts';
export { DEFAULT_SETTINGS, DEFAULT_USERS } from './settings.ts';
export type { Backend } from './shared-bench.ts';
export { exitCode, summarize } from './verdict.ts';
export { version } from './version.ts';
