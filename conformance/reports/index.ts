export { consoleReport } from './console.ts';
export type { ConsoleOptions } from './console.ts';
export { jsonReport } from './json.ts';
export { junitReport } from './junit.ts';
