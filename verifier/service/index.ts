export { startCluster } from './cluster.ts';
export type { ClusterOptions } from './cluster.ts';
export { openDatabase } from './database/index.ts';
export type { Database, DatabaseOptions } from './database/index.ts';
export { startApi } from './server.ts';
export type { Api, ApiOptions } from './server.ts';
export { loadSettings, SettingsError } from './settings.ts';
export type { LogLevel, Settings, SettingsProblem } from './settings.ts';
export { StartError } from './start-error.ts';
