export { diagnose } from './diagnose.ts';
export type { Diagnosis, Severity } from './diagnosis.ts';
export { readEnvFile } from './env-file.ts';
export { explainToken } from './explain-token.ts';
export type { ExplainedToken } from './explain-token.ts';
export { checkPublicSecrets } from './secret.ts';
export { environmentSource, flagSource, gatherSettings } from './settings.ts';
export type { DoctorSettings, SettingName, Source } from './settings.ts';
