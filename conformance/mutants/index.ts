export { type BugName, mutants } from './bugs.ts';
export { judge, type Judgement, runOnMutant } from './judge.ts';
