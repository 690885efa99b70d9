export { consoleScenario, consoleVerdict } from './console.ts';
export { htmlLoadReport } from './html.ts';
export { jsonLoadReport } from './json.ts';
export { markdownLoadReport } from './markdown.ts';
export { consoleComparison } from './comparison.ts';
