export { ScoreboardError } from './errors.ts';
export { loadImplementations } from './manifest.ts';
export type { Implementation, Manifest, ManifestFinding } from './manifest.ts';
