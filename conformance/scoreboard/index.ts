export { boardFiles, contradictions, differences, staleFiles, withVerdicts, writeBoard } from './board.ts';
export { ScoreboardError } from './errors.ts';
export { loadImplementations, mayVary, withholds } from './manifest.ts';
export type { Implementation } from './manifest.ts';
export { hasTool, install, runVariant } from './run-variant.ts';
export { mergeVerdict, readVerdict, score, totalOf, variantVerdict, writeVerdict } from './verdict.ts';
export type { VariantVerdict } from './verdict.ts';
