export { completeContract, statusesOf, usersOf, withValues } from './apply.ts';
export { defineConfig } from './config.ts';
export type { Config, OperationConfig, SetupContext, SetupResult, UserConfig } from './config.ts';
export { draftConfig } from './draft.ts';
export { underOtherNames } from './environment.ts';
export { ConfigError } from './errors.ts';
export { runSetup, runTeardown } from './hooks.ts';
export { CONFIG_FILES, findConfig, loadConfig } from './load-config.ts';
export type { LoadedConfig } from './load-config.ts';
