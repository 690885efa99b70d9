export type { LoadBackend } from './backend.ts';
export { compareReports } from './compare.ts';
export { LoadError } from './errors.ts';
export type { LoadErrorCode } from './errors.ts';
export { findK6 } from './find-k6.ts';
export type { K6 } from './find-k6.ts';
export { mergeLoad } from './merge.ts';
export type * from './model.ts';
export { runLoad } from './run.ts';
export type { LoadOptions } from './options.ts';
export { DEFAULT_SCENARIOS, SCENARIO_NAMES } from './scenarios.ts';
export type { ScenarioName } from './plan.ts';
export { THRESHOLD_NAMES } from './thresholds.ts';
export type { Limits, ThresholdName } from './thresholds.ts';
export { exitCode } from './verdict.ts';
export {
  consoleComparison,
  consoleScenario,
  consoleVerdict,
  htmlLoadReport,
  jsonLoadReport,
  markdownLoadReport,
} from './reports/index.ts';
